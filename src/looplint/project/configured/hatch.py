"""The environments of Hatch: `[tool.hatch.envs.NAME]`, with what they inherit.

An environment takes every option that it does not set itself from its template, which is `default` unless it says
otherwise; `extra-dependencies` come on top. <https://hatch.pypa.io/latest/config/environment/overview/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from looplint.project.configured.declared import Group, canonical
from looplint.project.configured.toml_entries import array, table
from looplint.project.configured.virtual_environments import Environment, Told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.virtual_environments import Entry

_ENVS = ("tool", "hatch", "envs")
_LISTS = ("dependencies", "extra-dependencies")


def hatch_environments(file: ConfigFile) -> Told:
    """The environments of the table `tool.hatch.envs`."""
    envs = table(file, _ENVS)
    lists = {
        (name, key): list(array(file, Group.ENVIRONMENT, (*_ENVS, name, key)))
        for name, env in envs.items()
        if isinstance(env, dict)
        for key in _LISTS
    }
    made = [_environment(name, envs, lists) for name, env in envs.items() if isinstance(env, dict)]
    return Told(environments=made, entries=[entry for entries in lists.values() for entry in entries])


def _environment(name: str, envs: Mapping[str, Any], lists: dict[tuple[str, str], list[Entry]]) -> Environment:
    lineage = _lineage(name, envs)
    own = envs[name]
    made = Environment(name=f"hatch environment {name}")
    for key in _LISTS:
        made.entries += next((lists[one, key] for one in lineage if key in envs[one]), [])
    detached = own.get("detached") is True
    skipped = next((envs[one]["skip-install"] for one in lineage if "skip-install" in envs[one]), False)
    made.project = not detached and skipped is not True
    for key, into in (("features", made.extras), ("dependency-groups", made.groups)):
        written: Any = next((envs[one][key] for one in lineage if key in envs[one]), None)
        into.update(canonical(text) for text in written if isinstance(text, str)) if isinstance(written, list) else None
    made.certain = not any("matrix" in envs[one] or "overrides" in envs[one] for one in lineage)
    python = next((envs[one]["python"] for one in lineage if "python" in envs[one]), None)
    made.pythons = (python,) if isinstance(python, str) and python[:2] == "3." else ()
    return made


def _lineage(name: str, envs: Mapping[str, Any]) -> list[str]:
    """The environment and those that it inherits from, nearest first."""
    found: list[str] = []
    while isinstance(envs.get(name), dict) and name not in found:
        found.append(name)
        env = envs[name]
        if env.get("detached") is True:
            break
        template = env.get("template", "default")
        name = template if isinstance(template, str) else "default"
    return found
