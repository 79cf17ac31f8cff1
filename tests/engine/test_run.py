from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.engine.configuration import Configurations
from looplint.engine.discover import discover
from looplint.engine.jobs import JobOptions
from looplint.engine.run import Outcome, exit_code, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("fake_rules")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def go(*paths: str, fix: bool = False, unsafe: bool = False, write: bool = True) -> Outcome:
    configurations = Configurations()
    options = JobOptions(fix=fix, unsafe=unsafe, write=write)
    return run(discover(paths or (".",), configurations), configurations, options)


def told(outcome: Outcome) -> list[str]:
    return [f"{f.path}:{f.start.row} {f.code}" for f in outcome.findings]


def test_python_and_configuration_files_below_a_directory(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong'\n")
    (here / "test_a.py").write_text("x = 'spam'\n")
    assert told(go()) == ["pyproject.toml:2 LPL901", "test_a.py:1 LPL101"]


def test_the_configuration_above_a_directory_counts_and_that_of_a_single_file_does_not(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong'\n")
    (here / "tests").mkdir()
    (here / "tests/test_a.py").write_text("x = 'spam'\n")
    assert told(go("tests")) == ["pyproject.toml:2 LPL901", "tests/test_a.py:1 LPL101"]
    assert told(go("tests/test_a.py")) == ["tests/test_a.py:1 LPL101"]
    assert told(go("tests/test_a.py", "pyproject.toml")) == ["pyproject.toml:2 LPL901", "tests/test_a.py:1 LPL101"]
    assert told(go("pyproject.toml")) == ["pyproject.toml:2 LPL901"]


def test_noqa_and_per_file_ignores_count_in_configuration_files(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong'  # noqa: LPL901\n")
    assert told(go()) == []
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong'\n")
    (here / "looplint.toml").write_text("per-file-ignores = { 'pyproject.toml' = ['LPL9'] }\n")
    assert told(go()) == []


def test_a_broken_configuration_file_is_one_finding(here: Path) -> None:
    (here / "pytest.ini").write_text("[pytest\nasyncio_mode = auto\n")
    (here / "pyproject.toml").write_text("[project\nname = 1")
    (here / "test_a.py").write_text("x = 'spam'\n")
    assert told(go()) == ["pyproject.toml:1 LPL001", "pytest.ini:1 LPL001", "test_a.py:1 LPL101"]


@pytest.mark.parametrize("paths", [(), ("noxfile.py",), ("noxfile.py", "setup.py")])
def test_python_that_is_configuration_is_unreadable_once(here: Path, paths: tuple[str, ...]) -> None:
    (here / "noxfile.py").write_text("x = 'spam'\ndef install(:\n")
    (here / "setup.py").write_text("x = 'spam'\n")
    found = told(go(*(str(here / path) for path in paths)))
    shown = [one.removeprefix(f"{here}/") for one in found]
    assert [one for one in shown if "noxfile" in one] == ["noxfile.py:2 LPL001"]


def test_environments_named_by_themselves_are_checked(here: Path) -> None:
    (here / "environment.yml").write_text("dependencies:\n  - a\n b\n")
    (here / "tox.toml").write_text("a = [")
    (here / "docker.yml").write_text("{{")
    assert told(go("environment.yml", "docker.yml")) == ["environment.yml:3 LPL001"]
    assert told(go("tox.toml")) == ["tox.toml:1 LPL001"]


def test_fixing_writes_and_a_second_run_changes_nothing(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong'\n")
    (here / "test_a.py").write_text("x = 'spam', 'ham'\n")
    outcome = go(fix=True)
    assert (here / "pyproject.toml").read_text() == "[project]\nname = 'right'\n"
    assert (here / "test_a.py").read_text() == "x = 'eggs', 'ham'\n"
    assert told(outcome) == ["test_a.py:1 LPL102"]
    assert outcome.applied == {("LPL101", "spam-written"): 1, ("LPL901", "wrong-configuration"): 1}
    assert exit_code(outcome) == 1
    again = go(fix=True)
    assert not again.applied
    assert told(again) == told(outcome)


def test_several_fixes_in_one_configuration_file_take_several_runs(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'wrong wrong'\n")
    assert go(fix=True).findings == []
    assert (here / "pyproject.toml").read_text() == "[project]\nname = 'right right'\n"


def test_a_diff_writes_nothing(here: Path) -> None:
    (here / "test_a.py").write_text("x = 'spam'\n")
    outcome = go(fix=True, write=False)
    assert (here / "test_a.py").read_text() == "x = 'spam'\n"
    assert outcome.diffs["test_a.py"].splitlines()[-2:] == ["-x = 'spam'", "+x = 'eggs'"]


def test_a_file_that_changes_underneath_is_not_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = here / "test_a.py"
    file.write_text("x = 'spam'\n")
    from looplint.engine import fix as fixing

    original = fixing.fix_source

    def meanwhile(*args: object, **kwargs: object) -> object:
        file.write_text("something else\n")
        return original(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(fixing, "fix_source", meanwhile)
    outcome = go(fix=True)
    assert file.read_text() == "something else\n"
    assert outcome.problems == ["test_a.py: not fixed: the file changed while it was checked"]
    assert exit_code(outcome) == 2
    assert not outcome.applied


def test_exit_codes(here: Path) -> None:
    (here / "test_a.py").write_text("x = 1\n")
    assert exit_code(go()) == 0
    (here / "test_a.py").write_text("x = 'spam'\n")
    assert exit_code(go()) == 1
    assert exit_code(go(), exit_zero=True) == 0
    assert exit_code(go(fix=True), exit_non_zero_on_fix=True) == 1
    assert exit_code(go("missing.py", "test_a.py")) == 2
    (here / "test_a.py").write_text("raise_here\n")
    assert exit_code(go(), exit_zero=True) == 2
    (here / "test_a.py").write_text("def broken(:\n")
    assert exit_code(go()) == 1
    (here / "looplint.toml").write_text("nonsense = 1\n")
    assert exit_code(go()) == 2


def test_conftests_that_import_each_other_end(here: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (here / name).mkdir()
        (here / name / "conftest.py").write_text(f"from {other}.conftest import *\nx = 'spam'\n")
    assert told(go()) == ["a/conftest.py:2 LPL101", "b/conftest.py:2 LPL101"]
