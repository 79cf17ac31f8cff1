from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from looplint.engine import pool
from looplint.engine.check import Place
from looplint.engine.configuration import Configurations
from looplint.engine.jobs import FileResult, JobOptions

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_processes_are_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def places(folder: Path, *texts: str) -> list[Place]:
    configuration = Configurations().of(str(folder))
    made = []
    for number, text in enumerate(texts):
        path = folder / f"test_{number:03}.py"
        path.write_text(text)
        made.append(Place(path=path.name, absolute=str(path), configuration=configuration))
    return made


def run(jobs: list[Place], workers: int) -> list[FileResult]:
    results = [result for results in pool.run_jobs(jobs, JobOptions(), workers) for result in results]
    return sorted(results, key=lambda result: result.path)


@pytest.mark.usefixtures("fake_rules")
def test_few_small_files_are_checked_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_Pool", None)
    results = run(places(tmp_path, *["x = 'spam'\n"] * 5), workers=4)
    assert [len(result.findings) for result in results] == [1] * 5


@pytest.mark.usefixtures("fake_rules")
def test_many_files_over_processes_give_the_same(tmp_path: Path) -> None:
    texts = [f"x = '{'spam ' * (number % 3)}'\n" for number in range(150)]
    jobs = places(tmp_path, *texts)
    alone, together = run(jobs, workers=1), run(jobs, workers=2)
    assert [(r.path, r.findings) for r in alone] == [(r.path, r.findings) for r in together]
    assert sum(len(r.findings) for r in together) == 150


@pytest.mark.usefixtures("fake_rules")
def test_a_process_that_dies_costs_its_files_one_finding_each(tmp_path: Path) -> None:
    texts = ["x = 'spam'\n"] * 100
    texts[17] = texts[18] = texts[70] = "die_here = 1\n"
    results = run(places(tmp_path, *texts), workers=2)
    assert len(results) == 100
    lost = [result for result in results if result.failed]
    assert [result.path for result in lost] == ["test_017.py", "test_018.py", "test_070.py"]
    assert {result.findings[0].message for result in lost} == {
        "the process died while checking this file (signal 9)",
    }
    assert sum(len(result.findings) for result in results if not result.failed) == 97


@pytest.mark.usefixtures("fake_rules")
def test_a_large_file_is_never_checked_in_this_process(tmp_path: Path) -> None:
    jobs = places(tmp_path, "die_here = 1\n" + "# comment\n" * 5000, "x = 'spam'\n")
    for workers in (1, 2):
        lost, fine = run(jobs, workers=workers)
        assert lost.failed
        assert [finding.code for finding in fine.findings] == ["LPL101"]


@pytest.mark.usefixtures("fake_rules")
def test_a_caller_that_stops_early_leaves_no_process(tmp_path: Path) -> None:
    results = pool.run_jobs(places(tmp_path, *["x = 'spam'\n"] * 200), JobOptions(), 2)
    next(results)
    assert multiprocessing.active_children()
    results.close()  # type: ignore[attr-defined]


def test_workers_that_are_spawned_do_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_context", lambda: multiprocessing.get_context("spawn"))
    text = "import pytest\n\n\n@pytest.fixture\nasync def a():\n    yield 1\n\n\ndef test_a(a):\n    pass\n"
    monkeypatch.setenv("PYTHONPATH", str(Path(pool.__file__).parents[2]))
    results = run(places(tmp_path, *[text] * 30), workers=2)
    assert [[finding.code for finding in result.findings] for result in results] == [["LPL201"]] * 30


@pytest.mark.usefixtures("fake_rules")
def test_a_file_that_vanishes_is_one_finding(tmp_path: Path) -> None:
    jobs = places(tmp_path, "x = 'spam'\n", "x = 'spam'\n")
    Path(str(jobs[0].absolute)).unlink()
    gone, fine = run(jobs, workers=1)
    assert [(f.code, f.message) for f in gone.findings] == [("LPL001", "no such file or directory")]
    assert len(fine.findings) == 1
