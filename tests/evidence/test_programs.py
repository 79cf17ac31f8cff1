"""Cases that need a program besides Python packages: who runs them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from evidence import matrix
from evidence.runs import planned
from support.evidence import read_evidence
from support.lines import LINES, NEWEST

if TYPE_CHECKING:
    from pathlib import Path

RULE = "async-page-not-awaited"
CASE = "bad_chromium"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(folder: Path, program: str) -> None:
    (folder / program).write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / program).chmod(0o755)
    assert shutil.which(program)


def test_the_full_matrix_plans_them_and_the_test_run_does_not() -> None:
    everything, without = planned(RULE, NEWEST), planned(RULE, NEWEST, programs=False)
    assert CASE in {run.case.name for run in everything}
    assert without == [run for run in everything if "chromium" not in run.case.name]
    assert without


def test_a_run_misses_what_is_not_on_the_path(path: Path) -> None:
    (run,) = planned(RULE, NEWEST, only=CASE)
    assert run.missing == ("chromium",)
    put(path, "chromium")
    assert not run.missing


def test_other_runs_miss_nothing(path: Path) -> None:
    assert not any(path.iterdir())
    assert not any(run.missing for run in planned(RULE, NEWEST, programs=False))


@pytest.mark.usefixtures("path")
def test_the_matrix_says_what_it_did_not_run_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["--rule", RULE, "--line", NEWEST.name, "--line", LINES[-2].name, "--case", CASE]) == 0
    told = capsys.readouterr().out.splitlines()
    (row,) = [line for line in told if line.startswith(RULE)]
    assert row.endswith("  2 not run: no chromium")
    assert told[-1] == "0 runs of pytest, 0 differ from the evidence"


def test_the_matrix_fails_if_nothing_was_chosen() -> None:
    assert matrix.main(["--rule", RULE, "--line", NEWEST.name, "--case", "no such case"]) == 1


def test_a_fixed_case_needs_what_the_bad_one_needs(tmp_path: Path) -> None:
    path = tmp_path / "evidence.toml"
    path.write_text('[bad_x]\nprograms = ["chromium", "node"]\nfailed = 1\n[bad_y]\nfailed = 1\n', encoding="utf-8")
    evidence = read_evidence(path)
    needed = {name: evidence.entry(name, NEWEST, "auto") for name in ("bad_x", "fixed_x", "fixed_y", "good_x")}
    assert {name: entry.programs for name, entry in needed.items() if entry is not None} == {
        "bad_x": ("chromium", "node"),
        "fixed_x": ("chromium", "node"),
        "fixed_y": (),
        "good_x": (),
    }
