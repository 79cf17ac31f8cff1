"""The requirements that pyproject.toml, Pipfile, setup.cfg and setup.py declare for no environment in particular.

Each reader yields `(canonical name, build)`; `build()` makes the `Declared` with its place, which costs a scan of the
file and is wanted for few names only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.declared import Group
from looplint.project.configured.ini_entries import entries_of_lines
from looplint.project.configured.setup_py import setup_entries
from looplint.project.configured.toml_entries import array, arrays, poetry_table, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project.configured.virtual_environments import Entry


def table_entries(file: ConfigFile) -> Iterator[Entry]:
    """The requirements that a file other than a requirements file declares; nothing for broken files."""
    if file.kind is Kind.PYPROJECT and "depend" in file.text:
        yield from _pyproject(file)
    elif file.kind is Kind.PIPFILE:
        yield from poetry_table(file, Group.MAIN, ("packages",))
        yield from poetry_table(file, Group.GROUP, ("dev-packages",))
    elif file.kind is Kind.SETUP_CFG:
        yield from _setup_cfg(file)
    elif file.kind is Kind.SETUP_PY:
        yield from setup_entries(file)


def _pyproject(file: ConfigFile) -> Iterator[Entry]:
    yield from array(file, Group.MAIN, ("project", "dependencies"))
    yield from arrays(file, Group.EXTRA, ("project", "optional-dependencies"))
    yield from arrays(file, Group.GROUP, ("dependency-groups",))
    for tool in ("uv", "rye"):
        yield from array(file, Group.GROUP, ("tool", tool, "dev-dependencies"))
    yield from array(file, Group.CONSTRAINT, ("tool", "uv", "constraint-dependencies"))
    yield from array(file, Group.CONSTRAINT, ("tool", "uv", "override-dependencies"))
    yield from arrays(file, Group.GROUP, ("tool", "pdm", "dev-dependencies"))
    yield from poetry_table(file, Group.MAIN, ("tool", "poetry", "dependencies"))
    yield from poetry_table(file, Group.GROUP, ("tool", "poetry", "dev-dependencies"))
    for group in table(file, ("tool", "poetry", "group")):
        yield from poetry_table(file, Group.GROUP, ("tool", "poetry", "group", group, "dependencies"))


def _setup_cfg(file: ConfigFile) -> Iterator[Entry]:
    sections = file.ini.sections
    if "options" in sections:
        for key, kind in (("install_requires", Group.MAIN), ("tests_require", Group.GROUP)):
            entry = sections["options"].entries.get(key)
            yield from entries_of_lines(file, entry.lines if entry else (), kind, f"options.{key}")
    if "options.extras_require" in sections:
        for key, extra in sections["options.extras_require"].entries.items():
            yield from entries_of_lines(file, extra.lines, Group.EXTRA, f"options.extras_require.{key}")
