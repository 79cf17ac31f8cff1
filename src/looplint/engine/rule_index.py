"""What a run must know of every rule before it looks at a file, kept in one small data file.

Importing all rules costs several times what checking a file costs, and most files are of no interest to any rule. So
selection and the words gate work on `index.json`; the module of a rule is imported when the rule looks at a file. The
index is made by `python -m looplint.engine.rule_index`. It lists the rule files with their sizes: where it does
not fit the files that are there (a rule is being written), all rules are imported instead.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

from looplint import rules
from looplint.model.finding import Applicability, Severity
from looplint.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

INDEX = os.path.join(os.path.dirname(__file__), "rule_index.json")
_FORMAT = 2


def rule_files() -> dict[str, int]:
    """The rule files below `rules/` ("loop/blocking_run.py") and their sizes in bytes."""
    found: dict[str, int] = {}
    for base in rules.__path__:
        with os.scandir(base) as groups:
            names = [group.name for group in groups if group.name != "__pycache__" and group.is_dir()]
        for group_name in names:
            with os.scandir(os.path.join(base, group_name)) as entries:
                for entry in entries:
                    if entry.name.endswith(".py") and entry.name != "__init__.py":
                        found[f"{group_name}/{entry.name}"] = entry.stat().st_size
    return found


def indexed_rules() -> tuple[Rule, ...] | None:
    """All rules without their docs, each importing its module when it first checks; None where the index is stale."""
    import json

    try:
        with open(INDEX, encoding="utf-8") as file:
            index = json.load(file)
        if index["format"] != _FORMAT or index["files"] != rule_files():
            return None
        return tuple(_head(record) for record in index["rules"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _head(record: dict[str, Any]) -> Rule:
    return Rule(
        code=record["code"],
        name=record["name"],
        severity=Severity(record["severity"]),
        since=record["since"],
        doc="",
        fix=None if record["fix"] is None else Applicability(record["fix"]),
        default=record["default"],
        words=tuple(word.encode() for word in record["words"]),
        also=tuple(word.encode() for word in record["also"]),
        tests_only=record["tests_only"],
        check=_lazy(record["module"], "check") if record["check"] else None,
        check_config=_lazy(record["module"], "check_config") if record["check_config"] else None,
    )


def _lazy(module: str, attribute: str) -> Callable[..., Any]:
    def check(subject: object, project: object) -> Any:
        return getattr(importlib.import_module(module).RULE, attribute)(subject, project)

    return check


def make_index() -> dict[str, Any]:
    """The index of the rules that are there; imports them all."""
    files = rule_files()
    records = []
    for path in files:
        module = f"{rules.__name__}.{path.removesuffix('.py').replace('/', '.')}"
        rule: Rule = importlib.import_module(module).RULE
        records.append(
            {
                "code": rule.code,
                "name": rule.name,
                "module": module,
                "severity": rule.severity.value,
                "since": rule.since,
                "fix": None if rule.fix is None else rule.fix.value,
                "default": rule.default,
                "words": [word.decode() for word in rule.words],
                "also": [word.decode() for word in rule.also],
                "tests_only": rule.tests_only,
                "check": rule.check is not None,
                "check_config": rule.check_config is not None,
            }
        )
    return {
        "format": _FORMAT,
        "files": dict(sorted(files.items())),
        "rules": sorted(records, key=lambda record: str(record["code"])),
    }


def write_index() -> None:
    """Make the index again."""
    import json

    with open(INDEX, "w", encoding="utf-8", newline="\n") as file:
        json.dump(make_index(), file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    write_index()
