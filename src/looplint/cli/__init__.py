"""Floor 5: the command line. Options are parsed here, the engine does the work, the reports are printed."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from looplint import __version__
from looplint.cli.check import check
from looplint.cli.clean import clean
from looplint.cli.doctor import doctor
from looplint.cli.output import prepare_streams, silence_stdout
from looplint.cli.rule import rule

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="looplint", message="%(prog)s %(version)s")
def looplint() -> None:
    """Find, explain and fix what makes asyncio test suites hang, flake, leak, or pass without running."""


looplint.add_command(check)
looplint.add_command(rule)
looplint.add_command(doctor)
looplint.add_command(clean)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code. Raises nothing but SystemExit for what click ends itself."""
    prepare_streams()
    try:
        code = looplint.main(arguments, prog_name="looplint", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("looplint was interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return 2
    except Exception as error:  # noqa: BLE001 - the last net: the user gets one line, not a traceback
        from looplint.engine.check import internal_error

        click.echo(f"internal error: {internal_error('', 'looplint', error).message}; please report it", err=True)
        return 2
    return code if isinstance(code, int) else 0


def main() -> NoReturn:
    """The console script."""
    # Syntax trees are large and live briefly: looking for cycles among them takes a fifth of the time of a whole run.
    # The engine does so between files, when much has come together.
    gc.disable()
    code = run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence_stdout()
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End at once: to take apart all that a large run knows takes a twentieth of its time, and the system need not."""
    if sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(code)  # who looks on wants to see the end
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public name for what comes before the end
    sys.stderr.flush()
    os._exit(code)
