from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from looplint.cli import run
from looplint.engine.run import forget

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("fake_rules")
PYPROJECT = '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n[tool.looplint]\nignore = ["LPL101"]\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    forget()
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "test_a.py").write_text("def test_a():\n    pass\n")
    return tmp_path


@pytest.mark.parametrize("path", [(), (".",), ("test_a.py",), ("absent/test_b.py",)])
def test_text(capsys: pytest.CaptureFixture[str], path: tuple[str, ...]) -> None:
    assert run(["doctor", *path]) == 0
    out = capsys.readouterr().out
    assert f"\n{path[0] if path else '.'}\n  path " in out
    assert "  asyncio_mode                         auto  (pyproject.toml:2)\n" in out
    assert '`ignore` has "LPL101" in pyproject.toml\n    LPL101 spam-written\n' in out
    assert "\x1b" not in out


def test_json(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    assert run(["doctor", "test_a.py", "--output-format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["root"]["directory"] == str(here)
    assert data["subject"] == {"path": "test_a.py", "kind": "file", "excluded": False, "test_file": True}
    states = {rule["code"]: (rule["state"], rule["reason"]) for rule in data["rules"]}
    assert states["LPL203"] == ("off", "off by default")
    assert states["LPL101"] == ("off", '`ignore` has "LPL101" in pyproject.toml')


def test_broken_files_are_told_and_are_no_failure(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    (here / "pyproject.toml").write_text("[project\n")
    (here / "test_a.py").write_text("def :\n")
    assert run(["doctor", "test_a.py"]) == 0
    out = capsys.readouterr().out
    assert out.count("problem: ") == 2
    assert "problem: pyproject.toml: is not valid TOML: " in out
    assert "problem: test_a.py: " in out


def test_another_configuration_or_none(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    (here / "other.toml").write_text('select = ["LPL2"]\n')
    assert run(["doctor", "--config", "other.toml"]) == 0
    assert "  looplint   other.toml  (select: LPL2)\n" in capsys.readouterr().out
    assert run(["doctor", "--isolated"]) == 0
    assert "  looplint   defaults; no configuration of its own\n" in capsys.readouterr().out


def test_colours_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["doctor"]) == 0
    styled = capsys.readouterr().out
    assert "\x1b[36m" in styled
    assert run(["doctor", "--output-format", "json"]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "b"], "unexpected extra argument"),
        (["--output-format", "sarif"], "'sarif' is not one of"),
        (["--config", "absent.toml"], "absent.toml: cannot be read"),
        (["--config", "x.toml", "--isolated"], "exclude each other"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(["doctor", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_root_directory_that_cannot_be_entered(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    (here / "loop").symlink_to("loop")
    assert run(["doctor", f"loop{os.sep}test_a.py"]) == 0
    assert "does not exist" in capsys.readouterr().out
