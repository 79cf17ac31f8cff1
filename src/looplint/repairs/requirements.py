"""Repairs of requirements: another range in the place of one, in the notation and with the options of the author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.project.configured.conda_versions import conda_parts
from looplint.project.configured.config_edits import replace_requirement, replace_string
from looplint.project.configured.declared import Notation

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.model.finding import Edit
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared

_PEP_508 = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?)(?P<gap>\s*)(?P<range>[^;]*?)(?P<rest>\s*(?:;.*)?)$", re.DOTALL
)
_LOWER = re.compile(r">=?\s*[^,\s)]+")
_FUZZY = re.compile(r"=(\s*)([0-9][0-9A-Za-z.]*)")
_EXACT = re.compile(r"===?\s*[^,\s)*]+\Z")


def raise_lower_bound(file: ConfigFile, place: Declared, version: str) -> tuple[str, tuple[Edit, ...]]:
    """The requirement from `version` on, within its range, and the edits that write it so (none: cannot be told)."""
    return _with_range(file, place, lambda written: _raised(written, version), f"^{version}")


def require_from(file: ConfigFile, place: Declared, version: str) -> tuple[str, tuple[Edit, ...]]:
    """The requirement from `version` on, without the upper bound it had; a pin stays one."""
    return _with_range(file, place, lambda written: _from(written, version), f"^{version}")


def _raised(written: str, version: str) -> str:
    if _LOWER.search(written):
        return _LOWER.sub(f">={version}", written, count=1)
    return f"{written},>={version}" if written else f">={version}"


def _from(written: str, version: str) -> str:
    if _EXACT.match(written.strip()):
        return f"=={version}"
    return f"~={version}" if written.strip().startswith("~=") else f">={version}"


def _with_range(
    file: ConfigFile, place: Declared, change: Callable[[str], str], caret: str
) -> tuple[str, tuple[Edit, ...]]:
    if place.notation is Notation.CONDA:
        return _in_conda(file, place, change)
    if place.notation is Notation.POETRY:
        name, _, constraint = place.text.partition(" ")
        plain = constraint.strip()
        bare = bool(re.match(r"\d", plain))
        text = (
            caret
            if plain.startswith(("^", "~")) and not plain.startswith("~=")
            else change(f"=={plain}" if bare else plain)
        )
        text = text.removeprefix("==") if bare else text
        return f"{name} {text}", _poetry_edits(file, place, text)
    found = _PEP_508.match(place.text)
    if found is None or "@" in found["range"] or found["range"].startswith("("):
        return place.text, ()
    text = f"{found['name']}{found['gap']}{change(found['range'])}{found['rest']}"
    return text, replace_requirement(file, place, text)


def _in_conda(file: ConfigFile, place: Declared, change: Callable[[str], str]) -> tuple[str, tuple[Edit, ...]]:
    """As the author wrote it: `pytest-asyncio=0.21` is any 0.21, and becomes any of the other version."""
    parts = conda_parts(place.text)
    if parts is None or "|" in parts[2]:
        return place.text, ()
    name, gap, written = parts
    fuzzy = _FUZZY.fullmatch(written)
    if fuzzy is None:
        bare = written[:1].isdigit()
        text = f"{name}{gap}{change(f'=={written}' if bare else written).removeprefix('==' if bare else '')}"
    else:
        text = f"{name}{gap}={fuzzy[1] or ''}{change(f'=={fuzzy[2]}').removeprefix('==')}"
    return text, replace_requirement(file, place, text)


def _poetry_edits(file: ConfigFile, place: Declared, text: str) -> tuple[Edit, ...]:
    for path in ((*place.key, "version"), place.key):
        span = file.spans.values.get(path) if file.spans is not None else None
        if span is not None and span.kind == "string":
            return replace_string(file, text, *path)
    return ()
