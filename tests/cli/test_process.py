"""The console script as a process: signals, pipes, terminals."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import looplint

ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")},
    "PYTHONPATH": str(Path(looplint.__file__).parents[1]),
    "TERM": "xterm-256color",
}
FIXTURE = "import pytest\n\n\n@pytest.fixture\nasync def a():\n    yield 1\n\n\ndef test_a(a):\n    pass\n"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "looplint", *arguments]


HEEDING_SIGINT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a test run in the background inherits it ignored
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_ctrl_c_is_quiet_and_leaves_no_process(tmp_path: Path) -> None:
    body = "".join(f"async def helper_{n}(mock):\n    await mock.call({n})\n\n\n" for n in range(300))
    (tmp_path / "test_0.py").write_text(FIXTURE + body)
    for number in range(1, 3000):
        (tmp_path / f"test_{number}.py").hardlink_to(tmp_path / "test_0.py")
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDING_SIGINT, *command("check", "-j", "2")],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert err.strip() == b"looplint was interrupted"
    assert out == b""
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"test_{number}.py").write_text(FIXTURE)
    process = subprocess.Popen(
        command("check"), cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1


def _on_a_terminal(arguments: list[str], cwd: Path, **environment: str) -> str:
    parent, child = pty.openpty()
    process = subprocess.Popen(
        arguments, cwd=cwd, env={**ENVIRONMENT, **environment}, stdout=child, stderr=subprocess.DEVNULL
    )
    os.close(child)
    seen = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # the terminal is gone
            break
        if not piece:
            break
        seen += piece
    os.close(parent)
    process.wait(timeout=60)
    return seen.decode()


def test_a_terminal_gets_colours_and_no_color_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(FIXTURE)
    assert "\x1b[1;31mLPL201\x1b[0m" in _on_a_terminal(command("check"), tmp_path)
    assert "\x1b" not in _on_a_terminal(command("check"), tmp_path, NO_COLOR="1")
    assert "\x1b" not in _on_a_terminal(command("check"), tmp_path, TERM="dumb")


def test_a_clean_file_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_a():\n    assert True\n")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "looplint", "check", "test_a.py"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    heavy = {"libcst", "rich", "packaging", "pathspec", "tomli", "multiprocessing", "concurrent.futures", "flake8"}
    assert not imported & heavy
    assert "looplint.cli.check" in imported
