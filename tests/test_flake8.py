"""The plugin under real flake8, and alone where flake8 cannot be made to misbehave."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from looplint import flake8 as plugin_module
from looplint.flake8 import Plugin

DEMO = Path(__file__).parents[1] / "fixtures" / "demo"
FIXTURE = "import pytest\n\n\n@pytest.fixture\nasync def a():\n    yield 1\n\n\ndef test_a(a):\n    pass\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plugin_module._configurations.cache_clear()
    return tmp_path


def flake8(*arguments: str, cwd: Path | None = None, stdin: str | None = None) -> list[str]:
    """The lines that flake8 prints of looplint; any line on standard error is a failure."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--select", "LPL,E9", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def looplint(*arguments: str, cwd: Path) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "looplint", "check", "--output-format", "json", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    records: list[dict[str, object]] = json.loads(done.stdout)
    return records


def codes(lines: list[str]) -> list[str]:
    return [line.split(": ", 1)[1].split(" ", 1)[0] for line in lines]


def alone(text: str, filename: str = "stdin") -> list[tuple[int, int, str]]:
    """What the plugin yields, without flake8."""
    lines = text.splitlines(keepends=True)
    return [(row, column, told) for row, column, told, _ in Plugin(ast.parse(text), lines, filename).run()]


def test_a_file(here: Path) -> None:
    (here / "test_a.py").write_text(FIXTURE)
    (line,) = flake8("test_a.py")
    assert line.startswith("test_a.py:5:11: LPL201 `a` is an async generator")


def test_a_file_that_libcst_cannot_survive_is_reported_without_a_fix(here: Path) -> None:
    (here / "test_a.py").write_text(f"{FIXTURE}\n\nx = {' or '.join('a' * 20_000)}\n")
    assert codes(flake8("test_a.py")) == ["LPL201"]
    (record,) = looplint("test_a.py", cwd=here)
    assert record["fix"] is None


def test_standard_input_with_and_without_a_name(here: Path) -> None:
    (line,) = flake8("-", stdin=FIXTURE)
    assert line.startswith("stdin:5:11: LPL201 ")
    (line,) = flake8("--stdin-display-name", "no/such/test_a.py", "-", stdin=FIXTURE)
    assert line.startswith("no/such/test_a.py:5:11: LPL201 ")
    (here / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    assert flake8("-", stdin=FIXTURE) == []
    assert flake8("--stdin-display-name", str(here / "tests/test_a.py"), "-", stdin=FIXTURE) == []


def test_several_processes_find_the_same(here: Path) -> None:
    for number in range(8):
        (here / f"test_{number}.py").write_text(FIXTURE)
    assert flake8("-j", "2", ".") == flake8("-j", "1", ".")
    assert codes(flake8("-j", "2", ".")) == ["LPL201"] * 8


def test_noqa_is_flake8s(here: Path) -> None:
    (here / "test_a.py").write_text(FIXTURE.replace("a():", "a():  # noqa: LPL2"))
    assert flake8("test_a.py") == []
    assert codes(flake8("--disable-noqa", "test_a.py")) == ["LPL201"]


def test_a_syntax_error_is_flake8s(here: Path) -> None:
    (here / "test_a.py").write_text("async def broken(:\n")
    assert codes(flake8("test_a.py")) == ["E999"]


def test_looplints_configuration_counts(here: Path) -> None:
    (here / "test_a.py").write_text(FIXTURE)
    (here / "pyproject.toml").write_text("[tool.looplint]\nignore = ['plain-async-generator-fixture']\n")
    assert flake8("test_a.py") == []
    (here / "pyproject.toml").write_text("[tool.looplint.per-file-ignores]\n'test_*.py' = ['LPL2']\n")
    assert flake8("test_a.py") == []
    (here / "other.toml").write_text("")
    assert codes(flake8("--looplint-config", "other.toml", "test_a.py")) == ["LPL201"]


@pytest.mark.parametrize("option", [[], ["--looplint-config", "pyproject.toml"]])
def test_a_broken_configuration_is_a_finding(here: Path, option: list[str]) -> None:
    (here / "test_a.py").write_text("x = 1\n")
    (here / "pyproject.toml").write_text("[tool.looplint]\nselekt = []\n")
    (line,) = flake8(*option, "test_a.py")
    assert "pyproject.toml:2: unknown key `selekt`" in line


def test_the_demo_project_has_the_same_findings_as_the_command_line() -> None:
    found = set()
    for record in looplint(".", cwd=DEMO):
        name = Path(str(record["filename"])).relative_to(DEMO).as_posix()
        place = record["location"]
        assert isinstance(place, dict)
        if name.endswith(".py"):
            found.add(f"./{name}:{place['row']}:{place['column']}: {record['code']} {record['message']}")
        else:
            shown = f"{name}:{place['row']}:{place['column']}"
            found.add(f"./tests/conftest.py:1:1: {record['code']} {shown}: {record['message']}")
    assert found
    assert set(flake8(".", cwd=DEMO)) == found


@pytest.mark.usefixtures("fake_rules")
def test_columns_count_characters() -> None:
    assert alone("\u00e9 = '\u4e16', 'spam'\n") == [(1, 10, "LPL101 spam is written here")]


@pytest.mark.usefixtures("fake_rules")
def test_a_rule_that_raises_is_a_finding_and_the_others_go_on() -> None:
    found = alone("raise_here = 'spam'\n")
    assert [told.split(" ")[0] for *_, told in found] == ["LPL000", "LPL101"]
    assert "raising-rule failed: RuntimeError: the first line" in found[0][2]


@pytest.mark.usefixtures("fake_rules")
def test_whatever_goes_wrong_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no luck")

    monkeypatch.setattr("looplint.engine.check.check_source", fail)
    ((row, column, told),) = alone("spam = 1\n")
    assert (row, column) == (1, 0)
    assert told.startswith("LPL000 looplint failed: ValueError: no luck")


@pytest.mark.usefixtures("fake_rules")
def test_a_rule_that_is_off_by_default_is_selected_in_looplints_configuration(here: Path) -> None:
    assert alone("x = 'quiet'\n") == []
    plugin_module._configurations.cache_clear()
    (here / "looplint.toml").write_text("extend-select = ['quiet-rule']")
    assert [told for *_, told in alone("x = 'quiet'\n")] == ["LPL203 quiet is written here"]


@pytest.mark.usefixtures("fake_rules")
def test_notebooks_are_left_alone() -> None:
    assert alone("x = 'spam'\n", "book.ipynb") == []


@pytest.mark.usefixtures("fake_rules")
def test_configuration_files_show_at_the_outermost_conftest(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong'\n")
    (here / "tests/inner").mkdir(parents=True)
    for name in ("tests/conftest.py", "tests/inner/conftest.py"):
        (here / name).write_text("")
    expected = [(1, 0, "LPL901 pyproject.toml:2:9: wrong is configured")]
    assert alone("", str(here / "tests/conftest.py")) == expected
    assert alone("", str(here / "tests/inner/conftest.py")) == []
    assert alone("", str(here / "tests/test_a.py")) == []
    (here / "conftest.py").write_text("")
    assert alone("", str(here / "tests/conftest.py")) == []
    assert alone("", "conftest.py") == expected
