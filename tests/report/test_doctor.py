from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from looplint.engine import examined
from looplint.engine.examined import (
    Asked,
    Conftest,
    Examined,
    OwnConfiguration,
    Package,
    Pairing,
    Pin,
    PluginOption,
    PytestConfiguration,
    Pythons,
    Root,
    RuleState,
    SettingInForce,
    Subject,
    Where,
)
from looplint.report.doctor import pieces, render
from looplint.report.styled import plain

DOCS = Path(__file__).parents[2] / "docs" / "doctor.md"


def record(**changes: object) -> Examined:
    return dataclasses.replace(FULL, **changes)  # type: ignore[arg-type]


FULL = Examined(
    looplint="1.2.3",
    python="3.12.1",
    platform="linux",
    subject=Subject(path="tests/test_a.py", kind="file", excluded=True, test_file=True),
    root=Root(directory=str(Path.cwd()), by=("pyproject.toml",), repository=True),
    configuration=OwnConfiguration(
        file="pyproject.toml", select=("LPL1",), ignore=("LPL104",), per_file_ignores={"old/*": ("LPL2", "LPL3")}
    ),
    pytest=PytestConfiguration(file="pytest.ini", shadowed=("tox.ini",)),
    settings=(
        SettingInForce(
            name="asyncio_mode",
            value="auto",
            known=True,
            origin="pytest.ini:2",
            where=Where(file="pytest.ini", row=2),
        ),
        SettingInForce(name="loop_scope", value=None, known=True, origin="default"),
        SettingInForce(name="trio_mode", value=False, known=True, origin="default"),
        SettingInForce(name="anyio_mode", value=None, known=False, origin="a command line says so"),
    ),
    plugin_options=(PluginOption(name="logfire", enabled=False, where=Where(file="pytest.ini", row=3)),),
    pythons=Pythons(declared=">=3.11", where=Where(file="pyproject.toml", row=4), releases=("3.11", "3.12")),
    packages=(
        Package(
            name="pytest",
            oldest="8.0.0",
            newest="8.4.2",
            origin="...",
            asked=(
                Asked(
                    text="pytest>=8",
                    kind="group",
                    group="dependency-groups.dev",
                    marker=None,
                    where=Where(file="pyproject.toml", row=9),
                ),
                Asked(
                    text="pytest<9",
                    kind="constraint",
                    group="constraints.txt",
                    marker=None,
                    where=Where(file="constraints.txt", row=1),
                ),
            ),
            locked=(Pin(version="7.4.4", stale=True, where=Where(file="uv.lock", row=5)),),
        ),
        Package(name="pytest-asyncio", oldest="1.5.0", newest="1.5.0", origin="newest", switched_off=True),
        Package(
            name="pytest-trio",
            oldest=None,
            newest=None,
            origin="locked",
            locked=(Pin(version="0.8.0", stale=False, where=Where(file="uv.lock", row=9)),),
        ),
    ),
    pairings=(
        Pairing(installation="group dev", pytest="8.4.2", pytest_asyncio="0.23.3", python="3.12", works=False),
        Pairing(installation="extra e2e", pytest=None, pytest_asyncio=None, python=None, works=None),
    ),
    other_runner="pytest-trio is declared",
    conftests=(Conftest(file="tests/conftest.py"), Conftest(file="conftest.py", error="invalid syntax")),
    files=("pyproject.toml",),
    rules=(
        RuleState(code="LPL101", name="one", state="on", reason="on by default"),
        RuleState(code="LPL102", name="two", state="on", reason="on by default"),
        RuleState(code="LPL201", name="three", state="silent", reason="reports in strict mode only"),
        RuleState(code="LPL203", name="four", state="off", reason="off by default"),
    ),
    problems=("conftest.py: invalid syntax",),
)
TEXT = """\
looplint 1.2.3, Python 3.12.1, linux
problem: conftest.py: invalid syntax

tests/test_a.py
  path       a file, collected by pytest, excluded by looplint's configuration
  root       .  (by pyproject.toml)
  pytest     pytest.ini  (hides tox.ini)
  looplint   pyproject.toml  (select: LPL1; ignore: LPL104; ignored in "old/*": LPL2, LPL3)
  conftest   tests/conftest.py, conftest.py (cannot be read)
  Python     3.11 to 3.12  (>=3.11, pyproject.toml:4)
  runners    unmarked async tests may be run by another plugin: pytest-trio is declared

settings
  asyncio_mode                         auto  (pytest.ini:2)
  loop_scope                           unset  (default)
  trio_mode                            false  (default)
  anyio_mode                           unknown  (a command line says so)
  -p                                   no:logfire  (addopts in pytest.ini:3)

versions
  pytest 8.0.0 to 8.4.2
    pyproject.toml:9: pytest>=8  (dependency-groups.dev)
    constraints.txt:1: pytest<9  (constraints.txt, a constraint)
    uv.lock:5: locked 7.4.4  (stale: no requirement allows it)
  pytest-asyncio 1.5.0  (newest), switched off by `-p no:`
  pytest-trio
    uv.lock:9: locked 0.8.0  (nothing asks for it directly)

installed together
  group dev: pytest 8.4.2, pytest-asyncio 0.23.3 on Python 3.12, which do not work together
  extra e2e: no pytest fits pytest-asyncio

rules on: 2
  on by default
    LPL101 LPL102

rules on, but silent here: 1
  reports in strict mode only
    LPL201 three

rules off: 1
  off by default
    LPL203 four
"""


def test_text() -> None:
    assert render(FULL, "text") == TEXT == plain(pieces(FULL))


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        (
            {"subject": Subject(path="x.py", kind="absent", test_file=False)},
            "does not exist, not a test file",
        ),
        ({"subject": Subject(path=".", kind="directory")}, "path       a directory"),
        ({"root": Root(directory=str(Path.cwd()), repository=True)}, "root       .  (the repository)"),
        ({"root": Root(directory=str(Path.cwd().parent))}, "root       ..  (no configuration found)"),
        ({"pytest": PytestConfiguration()}, "pytest     no configuration"),
        ({"pytest": PytestConfiguration(error="broken")}, "pytest     no usable configuration  (broken)"),
        ({"configuration": OwnConfiguration(per_file_ignores={})}, "looplint   defaults; no configuration of its own"),
        ({"configuration": OwnConfiguration(file="l.toml", select=(), per_file_ignores={})}, "l.toml  (select: none)"),
        ({"conftests": ()}, "conftest   none"),
        ({"pythons": Pythons(declared=None, where=None, releases=("3.14",))}, "Python     3.14  (not declared)"),
    ],
)
def test_rows(changes: dict[str, object], row: str) -> None:
    text = render(record(**changes), "text")
    assert any(line.strip().endswith(row) for line in text.splitlines()), text


def test_control_characters_are_shown_as_signs() -> None:
    text = render(record(problems=("a\x1b[31m",), other_runner="b\x07"), "text")
    assert "\x1b" not in text
    assert "\x07" not in text


def test_json_keys_are_the_documented_ones() -> None:
    data = json.loads(render(FULL, "json"))
    assert [*data] == [field.name for field in dataclasses.fields(Examined)]
    assert data["packages"][0]["locked"] == [
        {"version": "7.4.4", "stale": True, "where": {"file": "uv.lock", "row": 5}}
    ]
    assert data["configuration"]["per_file_ignores"] == {"old/*": ["LPL2", "LPL3"]}
    assert data["settings"][1] == {
        "name": "loop_scope", "value": None, "known": True, "origin": "default", "where": None,
    }  # fmt: skip
    text = DOCS.read_text(encoding="utf-8")
    records = [one for one in vars(examined).values() if isinstance(one, type) and dataclasses.is_dataclass(one)]
    undocumented = {field.name for one in records for field in dataclasses.fields(one) if f"`{field.name}`" not in text}
    assert not undocumented
