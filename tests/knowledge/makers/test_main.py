"""The command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from looplint.knowledge.data import CLIENTS
from looplint.knowledge.makers import __main__ as command
from looplint.knowledge.makers import build, shards
from looplint.knowledge.makers.environments import Workshop, WorkshopError

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.knowledge.makers.seeds import Seed


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    given: dict[str, Any] = {}

    def run(_: Workshop, seed: Seed, job: dict[str, Any], requires: tuple[str, ...]) -> dict[str, Any]:
        if seed.distribution not in given:
            raise WorkshopError("no network")
        report: dict[str, Any] = given[seed.distribution]
        return report

    monkeypatch.setattr(Workshop, "run", run)
    build.survey_of.cache_clear()
    return given


def version(distribution: str) -> str:
    stated: str = shards.read(CLIENTS).distributions[distribution]["version"]
    return stated


def test_all_agree(answers: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    answers["httpx"] = {"version": version("httpx"), "checks": 99, "wrong": []}
    answers["stdlib"] = {"version": "3.11.99", "checks": 5, "wrong": []}
    assert command.main(["verify", "httpx", "stdlib"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"ok httpx {version('httpx')}: 7 classes, 99 checks"
    assert lines[-1] == "2 of 2 distributions agree with the catalogue"


def test_what_does_not_agree(answers: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    answers["httpx"] = {"version": "9.9", "checks": 99, "wrong": ["httpx.Client: wrong"]}
    assert command.main(["verify", "httpx", "redis"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "FAIL httpx 9.9: 7 classes, 99 checks, 2 failed",
        f"  - version 9.9, the catalogue has {version('httpx')}",
        "  - httpx.Client: wrong",
        "FAIL redis not checked, 1 failed",
        "  - no network",
        "0 of 2 distributions agree with the catalogue",
    ]


def test_a_dry_build_writes_nothing(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shards, "write", lambda *_: pytest.fail("written"))
    answers["httpx"] = {"version": "9.9", "classes": {}, "namespaces": {}, "modules": {}, "errors": []}
    answers |= dict.fromkeys(("starlette", "requests"), answers["httpx"])
    assert command.main(["build", "--dry-run", "httpx"]) == 0
    assert "httpx: version: '0.28.1' -> '9.9'" in capsys.readouterr().out


def test_a_build_writes_its_part_and_nothing_else(
    answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shards.write(shards.read(CLIENTS), tmp_path)
    monkeypatch.setattr(command, "CLIENTS", tmp_path)
    answers["firebase-admin"] = {"version": "9.9", "classes": {}, "namespaces": {}, "modules": {}, "errors": []}
    assert command.main(["build", "firebase-admin"]) == 0
    before, after = shards.read(CLIENTS), shards.read(tmp_path)
    assert after.distributions["firebase-admin"]["version"] == "9.9"
    assert before.clients == after.clients
    assert set(before.functions) - set(after.functions) == {"firebase_admin.auth", "firebase_admin.messaging"}


def test_a_build_that_fails_says_so(answers: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["build", "sendgrid"]) == 1
    assert capsys.readouterr().out == "FAIL sendgrid: no network\n"


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["verify", "nobody"]) == 2
    assert command.main(["verify"]) == 2
    assert capsys.readouterr().out == "no such distribution: nobody\nname a distribution, or --all\n"


def test_names_ask_every_library(answers: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["names", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "httpx is left out: no network" in out
    assert "ainvoke: awaited -> None" in out
    assert not answers
