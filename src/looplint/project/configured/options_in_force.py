"""Which table of which file pytest really takes its options from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.configured.pytest_tables import NATIVE, OWN, Table, pytest_tables
from looplint.project.configured.root import read_bytes

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.questions import Project


def table_in_force(file: ConfigFile, project: Project) -> Table | None:
    """The table of `file` that is in force for the project; None where another file is, or there is no table.

    An empty pytest.ini has no table. Where both tables of pyproject.toml are there, pytest 9 takes none of them.
    """
    config = project.settings.config
    if config.path != file.path:
        return None
    tables = pytest_tables(file)
    if not config.options:
        return tables[-1] if tables else None
    native = next(iter(config.options.values())).native
    return next((table for table in tables if (table.path in (NATIVE, OWN) and table.is_toml) == native), None)


def conftests_define(project: Project, name: str) -> bool:
    """Does a conftest.py where pytest looks for one first name an option, and so perhaps define it?"""
    folders = ("", *project.settings.testpaths, "tests", "test")
    return any(name.encode() in read_bytes(project.root / folder / "conftest.py") for folder in folders)
