"""conda's way of writing a requirement: `pytest=8.2`, `pytest >=8,<9`, `conda-forge::pytest==8.2.*`.

The grammar is that of conda's match specifications:
<https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications>.
"""

from __future__ import annotations

import re

_SPEC = re.compile(
    r"\s*(?:[\w./:-]+::)?(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?P<gap>\s*)(?P<range>[^\[]*?)\s*"
    r"(?P<brackets>\[.*\])?\s*",
    re.DOTALL,
)
_BRACKETED = re.compile(r"[\[,\s]version\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^,\]\s'\"]+))")
_WITH_BUILD = re.compile(r"(={0,2})\s*([^\s=<>!~,|]+)(?:\s*=\s*|\s+)([^\s=<>!~,|]+)")
_BOUND = re.compile(r"(==|>=|<=|!=|~=|=|>|<)?\s*([0-9][0-9A-Za-z.+!_-]*?)(\.?\*)?")


def conda_parts(text: str) -> tuple[str, str, str] | None:
    """Name, blanks and version range of a specification without brackets and without a build; else None."""
    found = _SPEC.fullmatch(text)
    if found is None or found["brackets"] or _WITH_BUILD.fullmatch(found["range"].strip()):
        return None
    return text[: found.end("name")], found["gap"], found["range"]


def conda_name(text: str) -> str | None:
    """The name in a specification as written; None where it is none."""
    found = _SPEC.fullmatch(text)
    return found["name"] if found is not None else None


def conda_ranges(text: str) -> tuple[str, ...]:
    """The PEP 440 ranges, any of them, that a specification allows; what cannot be read allows every version."""
    found = _SPEC.fullmatch(text)
    if found is None:
        return ("",)
    written = found["range"].strip()
    if found["brackets"]:
        inside = _BRACKETED.search(found["brackets"])
        if inside is not None:
            written = next(filter(None, inside.groups()), "")
    build = _WITH_BUILD.fullmatch(written)
    if build is not None:
        written = f"=={build[2]}" if "*" not in build[2] else build[2]
    alternatives = [_all_of(alternative) for alternative in written.split("|")]
    return tuple("" if one is None else one for one in alternatives) if None not in alternatives else ("",)


def _all_of(written: str) -> str | None:
    bounds = []
    for part in filter(None, (part.strip() for part in written.split(","))):
        if part in ("*", "=*", "==*"):
            continue
        found = _BOUND.fullmatch(part)
        if found is None:
            return None
        bounds.append(_bound(found[1] or "==", found[2], starred=found[3] is not None))
    return ",".join(bounds)


def _bound(operator: str, version: str, *, starred: bool) -> str:
    """`=8.2` is any 8.2; a star says nothing after `>=` and its like."""
    if operator == "=":
        return f"=={version}.*"
    if operator in ("==", "!=") and starred:
        return f"{operator}{version}.*"
    return f"{operator}{version}"
