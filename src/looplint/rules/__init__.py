"""Floor 3: one rule a file, discovered by their place `rules/<group>/<rule_name>.py`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    found = []
    for group in pkgutil.iter_modules(__path__):
        if not group.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{group.name}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            found.append(module.RULE)
    return tuple(sorted(found, key=lambda rule: rule.code))


def find_rule(name_or_code: str) -> Rule | None:
    """The rule of that kebab-case name or code, if there is one."""
    wanted = name_or_code.strip()
    return next((r for r in all_rules() if r.name == wanted.lower() or r.code == wanted.upper()), None)
