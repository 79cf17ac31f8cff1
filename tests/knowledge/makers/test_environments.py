"""Work inside an environment; here the environment is the interpreter that runs the tests, nothing is installed."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from looplint.knowledge.makers import environments
from looplint.knowledge.makers.environments import Workshop, WorkshopError
from looplint.knowledge.makers.seeds import Seed

if TYPE_CHECKING:
    from pathlib import Path

SEED = Seed(
    distribution="stdlib",
    requires=(),
    imports=("asyncio", "queue"),
    classes=(("queue.Queue", "asyncio.Queue"),),
    modules=("asyncio",),
)
CLIENTS: dict[str, Any] = {
    "asyncio.Queue": {"kind": "async", "distribution": "stdlib", "coroutines": ["get", "join", "put"]},
    "queue.Queue": {"kind": "sync", "distribution": "stdlib", "awaitable": ["get"]},
}


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setattr(Workshop, "_interpreter", lambda *_: sys.executable)
    return Workshop(tmp_path)


def test_a_survey_comes_back(workshop: Workshop) -> None:
    report = workshop.run(SEED, {"task": "survey"}, ())
    assert report["version"] == platform.python_version()
    assert set(report["classes"]) == {"queue.Queue", "asyncio.Queue"}
    assert report["classes"]["asyncio.Queue"]["members"]["get"]["nature"] == "coroutine"
    assert report["modules"]["asyncio"]["sleep"]["nature"] == "coroutine"


def test_a_verification_comes_back(workshop: Workshop) -> None:
    report = workshop.run(SEED, {"task": "verify", "clients": CLIENTS, "functions": {}}, ())
    assert report["checks"] > 10
    assert report["wrong"] == ["queue.Queue.get: sync (flag), catalogued as awaitable"]


def test_work_that_fails_is_told_with_its_last_lines(workshop: Workshop) -> None:
    job = {"task": "verify", "clients": {}, "functions": {}, "before": "raise SystemError('broken library')"}
    with pytest.raises(WorkshopError, match=r"stdlib: no result: .*SystemError: broken library"):
        workshop.run(SEED, job, ())


def test_work_that_does_not_end_is_stopped(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "SECONDS", 1)
    job = {"task": "verify", "clients": {}, "functions": {}, "before": "import time; time.sleep(60)"}
    with pytest.raises(WorkshopError, match="no end after 1 seconds"):
        workshop.run(SEED, job, ())


def test_environments_are_made_once_and_only_when_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def uv(command: list[str], *_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command[1:3])
        if command[1] == "venv":
            (tmp_path / "made" / command[-1].rpartition("/")[2]).mkdir(parents=True, exist_ok=True)
        failing = command[1] == "pip" and len(commands) == 2
        return subprocess.CompletedProcess(command, int(failing), "", "no such release")

    monkeypatch.setattr(shutil, "which", lambda _: "uv")
    monkeypatch.setattr(environments, "_run", uv)
    workshop = Workshop(tmp_path / "made")
    with pytest.raises(WorkshopError, match="no such release"):
        workshop.packages(("redis[x]==1",))
    folder = workshop.packages(("redis[x]==1",))
    assert folder.is_relative_to(tmp_path / "made")
    assert folder.relative_to(tmp_path / "made").parts[0].startswith("redis-x-1-")
    workshop.packages(("redis[x]==1",))
    assert commands == [["venv", "--quiet"], ["pip", "install"]] * 2


def test_without_uv_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(WorkshopError, match="uv is not on the PATH"):
        Workshop(tmp_path).run(SEED, {"task": "survey"}, ())
