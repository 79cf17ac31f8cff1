"""`looplint doctor`: what is in force for a path, and where each value comes from."""

from __future__ import annotations

import os
import sys

import click

from looplint.cli.options import fixed_configuration
from looplint.cli.output import emit, emit_styled, wants_colour


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("path", default=os.curdir, type=click.Path())
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--config", type=click.Path(), help="Use this configuration file.")
@click.option("--isolated", is_flag=True, help="Use no configuration of looplint.")
def doctor(path: str, output_format: str, config: str | None, *, isolated: bool) -> int:
    """Say what is in force for PATH (default: the working directory), and where each value comes from.

    For bug reports: nothing is checked, and what is broken is told in one line. PATH may be a file that is still to be
    written. Exit 0, or 2 on wrong usage.
    """
    from looplint.engine.configuration import Configurations
    from looplint.engine.doctor import examine
    from looplint.report.doctor import pieces, render

    examined = examine(path, Configurations(fixed=fixed_configuration(config, isolated=isolated)))
    if output_format == "text" and wants_colour(sys.stdout):
        emit_styled(pieces(examined), sys.stdout)
    else:
        emit(render(examined, output_format))
    return 0
