"""What looplint says about itself: LPL000 and LPL001. No file of rules checks for them; the engine reports them."""

from __future__ import annotations

from functools import cache

from looplint.engine.rule_index import indexed_rules
from looplint.model.finding import Finding, Position, Severity
from looplint.rules import all_rules
from looplint.rules.rule import Rule

INTERNAL_ERROR = Rule(
    code="LPL000",
    name="internal-error",
    severity=Severity.ERROR,
    since="0.1",
    doc="""A rule failed on this file, which is a defect of looplint.

## What it does
Reports that a rule raised an exception, or that the process died, while it checked this file. The other rules and
files are not affected; the exit code is 2. It cannot be ignored.

## Why it is bad
The rule did not look at the rest of the file, so its findings may be missing.

## What really happens
The message names the rule and the last line of the error.

## Fix
Report it, with the file if you can. Until it is repaired, `ignore` the rule that the message names for this file with
`per-file-ignores`.

## Exceptions
None.

## References
None.
""",
)

UNREADABLE = Rule(
    code="LPL001",
    name="unreadable-file",
    severity=Severity.ERROR,
    since="0.1",
    doc="""A file cannot be read or parsed.

## What it does
Reports a file that cannot be opened, decoded, or parsed by the Python that runs looplint, and a configuration file that
its readers cannot read either.

## Why it is bad
Nothing in the file was checked; a test file that does not parse is not collected either.

## What really happens
A file given by name and a test file (`test_*.py`, `*_test.py`, `conftest.py`) is always parsed. Any other file is
parsed only if it mentions something that a rule is looking for, so a syntax error elsewhere in a tree is not
reported. Configuration files are read as UTF-8; requirements files that begin with the byte order mark of UTF-16 or
UTF-32 (`pip freeze >` in Windows PowerShell) are read by that, as pip reads them.

## Fix
Correct the file, or exclude it (`exclude`, `per-file-ignores`). A file with syntax newer than the Python that runs
looplint needs a newer Python.

## Exceptions
A template of a configuration file (cookiecutter, copier, Jinja), which is broken where `{{ … }}` or `{% … %}` is still
to be filled in, is no configuration yet. Under flake8 this is E902 or E999, which flake8 reports itself.

## References
None.
""",
)


@cache
def known_rules() -> tuple[Rule, ...]:
    """Every rule, the engine's own two included, in the order of the codes; imports them all."""
    return _with_own(all_rules())


@cache
def rule_heads() -> tuple[Rule, ...]:
    """The same rules, perhaps without their docs and not yet imported: enough to select and to check."""
    return _with_own(indexed_rules() or all_rules())


def _with_own(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(sorted((INTERNAL_ERROR, UNREADABLE, *rules), key=lambda rule: rule.code))


def find_known_rule(name_or_code: str) -> Rule | None:
    """The rule of that name or code."""
    wanted = name_or_code.strip()
    return next((r for r in known_rules() if r.name == wanted.lower() or r.code == wanted.upper()), None)


def own_finding(rule: Rule, path: str, message: str, position: Position | None = None) -> Finding:
    """A finding of the engine at one place, the file's beginning by default."""
    position = position or Position(1, 1)
    return Finding(
        code=rule.code,
        name=rule.name,
        message=message,
        severity=rule.severity,
        path=path,
        start=position,
        end=position,
        noqa_row=position.row,
    )
