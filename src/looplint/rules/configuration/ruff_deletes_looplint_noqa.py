"""ruff takes looplint's `# noqa` comments away, because it does not know their codes.

## What it does
Reports a configuration of ruff that selects RUF102 (invalid-rule-code) or RUF100 (unused-noqa) and whose
`lint.external` does not name looplint's prefix, where the project has `# noqa: LPL...` comments.

## Why it is bad
`ruff check --fix`, in an editor or as a pre-commit hook, deletes the comments, and looplint's findings are back. Somebody
writes the comments again, and so on.

## What really happens
Measured: ruff 0.17 reports ``RUF102 Invalid rule code in `# noqa`: LPL303`` and takes the code away with `--fix`; RUF100 alone
takes it away where another code of the same comment is unused. Up to ruff 0.14 RUF102 is a preview rule, and
RUF100 takes every unknown code away: ``Unused `noqa` directive (unknown: `LPL303`)``.

## Fix
*Safe*: `external = ["LPL"]` is added beside the selection, or `"LPL"` to the list that is there.

## Exceptions
Silent where the settings extend another file, and about comments in files that ruff leaves out or in which it ignores
these rules.

## References
* <https://docs.astral.sh/ruff/settings/#lint_external>
* <https://docs.astral.sh/ruff/rules/invalid-rule-code/>
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from looplint.project import files
from looplint.project.configured.list_edits import append_text, insert_beside
from looplint.project.configured.ruff import INVALID_CODE, UNUSED_NOQA, ruff_lint
from looplint.rules.places import finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.ruff import RuffLint

PREFIX = "LPL"
_FILES = r"(noqa)[ \t]*:[^\n]*?(?<![A-Za-z])(LPL)[0-9]"
_COMMENT = re.compile(r"# ?noqa[ \t]*:[ \t]?(?P<codes>(?:[A-Z]+[0-9]+(?:[,\s]+)?)+)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for the configuration, with the first comment that is lost."""
    lint = ruff_lint(file)
    if lint is None or lint.extended:
        return
    on = [code for code in (INVALID_CODE, UNUSED_NOQA) if lint.is_on(code) and _takes_away(code, lint, project)]
    external = lint.texts("external")
    if not on or PREFIX in external:
        return
    lost = next(_lost(file, project, lint, on, external), None)
    path = lint.paths.get("external") or lint.selecting(on[0])
    span = file.spans.values.get(path) if file.spans is not None and path is not None else None
    if lost is None or path is None or span is None:
        return
    start, end = span.key or (span.start, span.end)
    edits = (
        append_text(file, PREFIX, *path)
        if path[-1] == "external"
        else insert_beside(file, path, "external", [PREFIX], f'["{PREFIX}"]')
    )
    yield finding_between(
        RULE,
        file,
        start,
        end,
        f"{' and '.join(on)} of ruff delete{'s' if len(on) == 1 else ''} `# noqa: {lost[2]}` "
        f"({project.versions.place(*lost[:2])}): `lint.external` does not name {PREFIX}",
        related=[_related(*lost)],
        fix=Fix(
            message=f'add "{PREFIX}" to `lint.external`',
            applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
            edits=edits,
        ),
    )


def _related(path: Path, row: int, code: str, column: int) -> Related:
    return Related(path=os.path.relpath(path), row=row, column=column, message=f"`{code}` is taken away here")


def _takes_away(code: str, lint: RuffLint, project: Project) -> bool:
    """Before ruff 0.15 RUF102 is in preview."""
    return code != INVALID_CODE or lint.values.get("preview") is True or not project.must_be("ruff", "<0.15")


def _lost(
    file: ConfigFile, project: Project, lint: RuffLint, on: list[str], external: list[str]
) -> Iterator[tuple[Path, int, str, int]]:
    """The comments that ruff takes away: file, row, code and column of the comment."""
    only_unused = on == [UNUSED_NOQA] and project.must_be("ruff", ">=0.15")
    for path in files.matching(project.root, _FILES, "noqa", PREFIX):
        if lint.passes_by(path.relative_to(file.path.parent).as_posix(), on):
            continue
        text = project.raw(path).decode("utf-8", "replace")
        for comment in _COMMENT.finditer(text):
            codes = _CODE.findall(comment["codes"])
            ours = [code for code in codes if code.startswith(PREFIX) and not code.startswith(tuple(external))]
            if ours and not (only_unused and len(ours) == len(codes)):
                row = text.count("\n", 0, comment.start()) + 1
                yield path, row, ours[0], comment.start() - text.rfind("\n", 0, comment.start())


RULE = Rule(
    code="LPL913",
    name="ruff-deletes-looplint-noqa",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
)
