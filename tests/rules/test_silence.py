"""What a rule tells the doctor agrees with what it reports."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from support.cases import cases_of
from support.linting import place, settings_of

from looplint.engine.run import forget
from looplint.project import Project
from looplint.rules import all_rules
from looplint.rules.silence import (
    auto_only,
    before,
    first_of,
    strict_only,
    switched_off,
    unless_asked_for,
    where_asked_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.linting import Setting

    from looplint.rules.silence import Silent

TELLING = [rule for rule in all_rules() if rule.silent is not None]
REPORTED = [
    (rule.silent, setting)
    for rule in TELLING
    for case in cases_of(rule.name)
    if case.kind == "bad"
    for setting in settings_of(case)
    if setting.entry.reported
]


@pytest.mark.parametrize(("silent", "setting"), REPORTED, ids=[setting.name for _, setting in REPORTED])
def test_no_rule_reports_where_it_says_that_it_cannot(
    silent: Callable[[Project], Silent], setting: Setting, tmp_path: Path
) -> None:
    place(setting, tmp_path)
    forget()
    assert silent(Project.for_path(tmp_path)) is None


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str, str], Project]:
    def make(ini: str = "", requirements: str = "") -> Project:
        (tmp_path / ".git").mkdir()
        (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}\n")
        (tmp_path / "requirements.txt").write_text(requirements)
        forget()
        return Project.for_path(tmp_path)

    return make


def test_modes(project: Callable[..., Project]) -> None:
    auto = project("asyncio_mode = auto")
    assert strict_only(auto) == "reports in strict mode only; asyncio_mode=auto (pytest.ini:2)"
    assert auto_only(auto) is None


def test_modes_the_other_way_round(project: Callable[..., Project]) -> None:
    strict = project("asyncio_mode = strict")
    assert strict_only(strict) is None
    assert auto_only(strict) == "reports in auto mode only; asyncio_mode=strict (pytest.ini:2)"


def test_another_runner(project: Callable[..., Project]) -> None:
    assert strict_only(project("", "pytest-trio\n")) == "another plugin may run async tests: pytest-trio is declared"


def test_versions_and_requirements(project: Callable[..., Project]) -> None:
    found = project("addopts = -p no:asyncio", "pytest==9.0.2\npytest-asyncio==1.3.0\n")
    assert (
        before("pytest", "8.4")(found)
        == "reports before pytest 8.4 only; pytest 9.0.2 (pytest==9.0.2 (requirements.txt:1))"
    )
    assert before("pytest", "9.1")(found) is None
    assert unless_asked_for("pytest-asyncio")(found) is None
    assert unless_asked_for("a", "b")(found) == "nothing asks for a or b"
    assert where_asked_for("pytest-asyncio")(found) == "not where pytest-asyncio is asked for (requirements.txt:2)"
    assert where_asked_for("a")(found) is None
    assert switched_off("asyncio")(found) == "`-p no:asyncio` in addopts switches the plugin off"
    assert switched_off("playwright")(found) is None


def test_the_first_reason_counts() -> None:
    project: Project = SimpleNamespace()  # type: ignore[assignment]
    assert first_of(lambda _: None, lambda _: "one", lambda _: "two")(project) == "one"
    assert first_of(lambda _: None)(project) is None
