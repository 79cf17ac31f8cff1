"""looplint and the story that it was written for: the cause, the remedies that are none, every line to change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from evidence.story import BOUNDED, after, before, contents, differences, has_browser, told_by_pytest
from support.linting import lint

from looplint.engine.configuration import Configurations
from looplint.engine.doctor import examine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from support.lines import Line

    from looplint.model.finding import Finding


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return before(tmp_path)


def shown(findings: Iterable[Finding]) -> list[str]:
    return sorted(f"{os.path.relpath(found.path)}:{found.start.row} {found.code}" for found in findings)


def finding(findings: Iterable[Finding], code: str) -> Finding:
    (found,) = (one for one in findings if one.code == code)
    return found


def test_the_cause_and_the_remedies_that_are_none(suite: Path) -> None:
    found = lint(suite).findings
    assert shown(found) == ["pyproject.toml:17 LPL901", "pyproject.toml:24 LPL910", "tests/conftest.py:11 LPL106"]
    cause = finding(found, "LPL901")
    assert "pytest-playwright leaves its event loop running after test_cart_is_empty" in cause.message
    assert "such as test_add (tests/test_cart.py:13), fail" in cause.message
    assert "`-p no:logfire` changes nothing" in finding(found, "LPL910").message
    patch = finding(found, "LPL106").message
    assert patch.endswith("is not patched, so tests after a browser test fail as without it")


def test_every_line_to_change_is_listed(suite: Path) -> None:
    cause = finding(lint(suite).findings, "LPL901")
    assert [f"{place.path}:{place.row} {place.message.partition(':')[0]}" for place in cause.related] == [
        "uv.lock:30 locked here",
        "pyproject.toml:23 `asyncio_default_fixture_loop_scope` is function",
        "tests/test_api.py:3 import from playwright.async_api instead",
        "tests/test_checkout.py:3 import from playwright.async_api instead",
        "tests/test_api.py:6 gets `playwright`",
        "tests/test_checkout.py:6 gets `page`",
        "tests/test_checkout.py:12 gets `page`",
    ]
    assert cause.fix is not None
    assert "lock again, and port every browser test" in cause.fix.message


def test_the_fixes_and_what_is_left_by_hand_lead_to_the_end(
    suite: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outcome = lint(suite, fix="unsafe")
    applied = {code for code, _ in outcome.applied}
    assert applied == {"LPL901", "LPL903", "LPL910", "LPL506"}
    assert shown(outcome.findings) == ["tests/conftest.py:11 LPL106", "uv.lock:30 LPL902"]
    lock = finding(outcome.findings, "LPL902")
    assert "still installs pytest-playwright 0.7.2, which nothing requires any more" in lock.message
    assert lock.fix is not None
    assert lock.fix.message == "run `uv lock`"
    end = after(tmp_path_factory.mktemp("after"))
    by_hand = ("uv.lock", "tests/conftest.py")
    wanted = contents(end)
    assert {name: text for name, text in contents(suite).items() if name not in by_hand} == {
        name: text for name, text in wanted.items() if name not in by_hand
    }
    for name in by_hand:
        (suite / name).write_text(wanted[name], encoding="utf-8")
    assert not lint(suite).findings


def test_the_doctor_shows_the_group_and_the_pin(suite: Path) -> None:
    browser = next(one for one in examine(".", Configurations()).packages if one.name == "pytest-playwright")
    assert [(str(place.where), place.group) for place in browser.asked] == [
        ("pyproject.toml:17", "dependency-groups.browser")
    ]
    assert [str(pin.where) for pin in browser.locked] == ["uv.lock:30"]


@pytest.mark.parametrize("line", BOUNDED, ids=lambda line: line.name)
def test_real_pytest_fails_before_and_passes_after_with_coverage(line: Line, tmp_path: Path) -> None:
    told = told_by_pytest(line, tmp_path)
    assert not differences(line, told, in_browser=has_browser()), "\n".join(one.output for one in told.values())
