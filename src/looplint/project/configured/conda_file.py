"""What conda's environment.yml installs: the list `dependencies`, and the list `pip` in it.

<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.project.configured.conda_versions import conda_name
from looplint.project.configured.declared import Declared, Group, Notation, canonical, requirement_name
from looplint.project.configured.tox_names import python_of
from looplint.project.configured.virtual_environments import Asks, Environment, Told, asked_in_line
from looplint.project.configured.yaml_text import items_of, scalar, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.nodes import Node, ScalarNode

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.virtual_environments import Entry


def conda_environment(file: ConfigFile) -> Told:
    """The one environment that the file describes."""
    made = Environment(name=file.path.name)
    for index, node in enumerate(items_of(file.yaml.get("dependencies"))):
        one = scalar(node)
        if one is not None:
            entry = _entry(file, one, ("dependencies", index), Notation.CONDA)
            made.entries += [entry] if entry is not None else []
            python = python_of(one.value.replace(" ", "").replace("==", "=").replace("=", "").removesuffix(".*"))
            made.pythons = (python,) if python is not None and one.value.startswith("python") else made.pythons
        else:
            made.entries += _pip(file, made, node, index)
    return Told(environments=[made], entries=list(made.entries))


def _pip(file: ConfigFile, made: Environment, node: Node, outer: int) -> Iterator[Entry]:
    for index, item in enumerate(items_of(value_of(node, "pip"))):
        one = scalar(item)
        for asks, value in asked_in_line(one.value) if one is not None else ():
            if asks is not Asks.REQUIREMENT:
                made.take(asks, value, file.path.parent)
                continue
            entry = _entry(file, one, ("dependencies", outer, "pip", index), Notation.PEP_508)
            if entry is not None:
                yield entry


def _entry(file: ConfigFile, node: ScalarNode | None, key: tuple[str | int, ...], notation: Notation) -> Entry | None:
    if node is None:
        return None
    text = node.value.split(" #")[0].strip()
    name = conda_name(text) if notation is Notation.CONDA else requirement_name(text)
    return (
        None
        if name is None
        else (canonical(name), partial(_declared, file, node, text, key, canonical(name), notation))
    )


def _declared(
    file: ConfigFile, node: ScalarNode, text: str, key: tuple[str | int, ...], name: str, notation: Notation
) -> Declared:
    start, end = node.start_mark.index, node.end_mark.index
    plain = node.style is None and file.text[start:end] == text
    quoted = node.style in ("'", '"') and file.text[start + 1 : end - 1] == text
    return Declared(
        name=name,
        text=text,
        kind=Group.ENVIRONMENT,
        group=f"{file.path.name}.{'pip' if 'pip' in key else 'dependencies'}",
        path=file.path,
        row=node.start_mark.line + 1,
        column=node.start_mark.column + 1,
        start=start if plain or quoted else None,
        end=end if plain or quoted else None,
        key=key,
        notation=notation,
    )
