"""`looplint clean`: remove the caches."""

from __future__ import annotations

import os

import click

from looplint.cli.output import emit


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
def clean(paths: tuple[str, ...]) -> int:
    """Remove the caches of the projects at and below PATHS (default: the working directory)."""
    from looplint.engine.cache import remove_caches

    for removed in remove_caches(paths or (os.curdir,)):
        emit(f"Removed {removed}\n")
    return 0
