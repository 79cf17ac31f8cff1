"""Severity by version: what is in force decides, the newest where nothing is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project import Project
from looplint.rules.rule import Severity
from looplint.rules.versions import (
    range_in_words,
    severity_of_removal,
    severity_of_removal_in_newest,
    severity_on,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("requirement", "broken", "expected"),
    [
        ("", ">=1.4", (Severity.ERROR, "")),
        ("", "<1.2", (Severity.WARNING, "before pytest-asyncio 1.2")),
        ("pytest-asyncio==1.3.0", ">=1.4", (Severity.WARNING, "from pytest-asyncio 1.4 on")),
        ("pytest-asyncio>=1.3", ">=1.4", (Severity.ERROR, "")),
        ("pytest-asyncio<1.2", ">=0.23,<1.2", (Severity.ERROR, "")),
        ("pytest-asyncio>=99", ">=1.4", (Severity.ERROR, "")),
    ],
)
def test_severity_on(tmp_path: Path, requirement: str, broken: str, expected: tuple[Severity, str]) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "requirements.txt").write_text(requirement + "\n")
    project = Project.for_path(tmp_path / "test_x.py")
    assert severity_on(project, "pytest-asyncio", broken) == expected


def test_a_range_in_words() -> None:
    assert range_in_words("pytest", ">=8.4") == "from pytest 8.4 on"
    assert range_in_words("pytest", ">=8,<8.4") == "on pytest from 8 to before 8.4"


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("", (Severity.ERROR, "")),
        ("pytest-asyncio", (Severity.ERROR, "")),
        ("pytest-asyncio<1", (Severity.WARNING, "from pytest-asyncio 1.0 on")),
        ("httpx", (Severity.WARNING, "from pytest-asyncio 1.0 on")),
    ],
)
def test_severity_of_removal(tmp_path: Path, requirement: str, expected: tuple[Severity, str]) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "requirements.txt").write_text(requirement + "\n")
    project = Project.for_path(tmp_path / "test_x.py")
    assert severity_of_removal(project, "pytest-asyncio", ">=1.0") == expected


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("", Severity.ERROR),
        ("httpx", Severity.ERROR),
        ("httpx>=0.24,<1", Severity.ERROR),
        ("httpx==0.28.1", Severity.ERROR),
        ("httpx<0.28", Severity.WARNING),
        ("httpx~=0.27.0", Severity.WARNING),
        ("starlette", Severity.WARNING),
    ],
)
def test_severity_of_removal_in_newest(tmp_path: Path, requirement: str, expected: Severity) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "requirements.txt").write_text(requirement + "\n")
    project = Project.for_path(tmp_path / "test_x.py")
    assert severity_of_removal_in_newest(project, "httpx", ">=0.28") is expected
