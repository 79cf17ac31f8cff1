"""The names that a file, or a conftest.py above it, puts something else in the place of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.asked import noted
from looplint.project.code.client_calls import overwritten_names

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.questions import Project


def replaced_names(project: Project, facts: Facts) -> set[str]:
    """What `patch`, `monkeypatch.setattr` and assignments to attributes of objects name, by the last part.

    For test code the conftest.py files above count too.
    """
    return _replaced(facts, project)


@noted
def _replaced(facts: Facts, project: Project) -> set[str]:
    files = [facts]
    if facts.file is not None and project.is_test_code(facts.file):
        files += project.conftests(facts.file)
    return {name for seen in files for name in overwritten_names(seen)}
