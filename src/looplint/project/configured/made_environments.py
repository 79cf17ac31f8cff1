"""The environments that a configuration file makes, whichever tool reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.configured.conda_file import conda_environment
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.hatch import hatch_environments
from looplint.project.configured.noxfile import nox_sessions
from looplint.project.configured.tox_ini import tox_ini_environments
from looplint.project.configured.tox_toml import tox_toml_environments
from looplint.project.configured.virtual_environments import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def told_by(file: ConfigFile) -> Told:
    """The environments, and all requirements that are written for them; none for broken and for other files."""
    whole = Told()
    for read in _readers(file):
        told = read(file)
        whole.environments += told.environments
        whole.entries += told.entries
    return whole


def _readers(file: ConfigFile) -> Iterator[Callable[[ConfigFile], Told]]:
    if file.kind is Kind.TOX_INI or (file.kind is Kind.SETUP_CFG and "tox:tox" in file.text):
        yield tox_ini_environments
    elif file.kind is Kind.TOX_TOML:
        yield tox_toml_environments
    elif file.kind is Kind.NOXFILE and "install" in file.text:
        yield nox_sessions
    elif file.kind is Kind.CONDA:
        yield conda_environment
    elif file.kind is Kind.PYPROJECT:
        if "hatch" in file.text:
            yield hatch_environments
        if "tox" in file.text:
            yield tox_toml_environments
