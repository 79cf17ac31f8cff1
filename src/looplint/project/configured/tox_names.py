"""The names of tox's environments: how a list of them is written, their factors, and conditions on these.

<https://tox.wiki/en/latest/config.html#generative-environments>
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

MOST = 500
"""So many environments are looked at; a matrix of more says nothing new."""

_ITEM = re.compile(r"(?:\{[^{}]*\}|[^,\s{}])+")
_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)-(\d+)")
_CONDITION = re.compile(r"((?:[\w.,!\- ]|\{[^{}\[\]]*\})+?)\s*:\s+")
_PYTHON = re.compile(r"(?:(?:python|py)?3\.(\d{1,2})|py3(\d{1,2}))t?", re.IGNORECASE)


def listed_names(text: str) -> list[str]:
    """The names in an `env_list`: `py{312,313}-{unit,e2e}, lint`."""
    found = [name for item in _ITEM.findall(text) for name in expanded(item)]
    return list(dict.fromkeys(found))[:MOST]


@lru_cache(maxsize=1024)
def expanded(item: str) -> tuple[str, ...]:
    """The names that one item with braces stands for."""
    parts: list[list[str]] = []
    last = 0
    for found in _BRACES.finditer(item):
        parts += [[item[last : found.start()]], _alternatives(found[1])]
        last = found.end()
    parts.append([item[last:]])
    names: list[str] = []
    for chosen in product(*parts):
        names.append("".join(chosen))
        if len(names) >= MOST:
            break
    return tuple(names)


def _alternatives(inside: str) -> list[str]:
    found: list[str] = []
    for one in inside.split(","):
        numbers = _RANGE.fullmatch(one.strip())
        if numbers is not None and int(numbers[1]) <= int(numbers[2]) < int(numbers[1]) + MOST:
            found += map(str, range(int(numbers[1]), int(numbers[2]) + 1))
        else:
            found.append(one.strip())
    return found


def divided_condition(line: str) -> tuple[str, int]:
    """The condition that a line begins with ("" for none), and where the rest of the line begins."""
    found = _CONDITION.match(line)
    return (found[1], found.end()) if found is not None else ("", 0)


@lru_cache(maxsize=4096)
def _conditions(condition: str) -> tuple[tuple[tuple[bool, str], ...], ...]:
    """For each alternative its factors, with whether each is wanted."""
    names = [name for item in _ITEM.findall(condition) for name in expanded(item)]
    return tuple(
        tuple((not factor.startswith("!"), factor.lstrip("!")) for factor in name.split("-") if factor)
        for name in names
    )


def wanted_factors(condition: str) -> list[list[str]]:
    """For each alternative of a condition the factors that it wants."""
    return [[factor for wanted, factor in alternative if wanted] for alternative in _conditions(condition)]


def holds(condition: str, name: str) -> bool:
    """Does a condition such as `py39,!django-py312` hold in the environment of that name?"""
    factors = set(name.split("-"))
    return not condition or any(
        all((factor in factors) is wanted for wanted, factor in alternative) for alternative in _conditions(condition)
    )


def python_of(name: str) -> str | None:
    """The Python ("3.12") that a name such as `py312-unit`, `3.12` or `python3.12` asks for."""
    for factor in name.split("-"):
        found = _PYTHON.fullmatch(factor.strip())
        if found is not None:
            return f"3.{found[1] or found[2]}"
    return None
