from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_registered_for_the_end_is_done() -> None:
    code = "import atexit; atexit.register(print, 'bye'); from looplint.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No such command 'nothing'" in done.stderr
    assert done.stdout == "bye\n"


def test_who_profiles_sees_the_end(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    command = [sys.executable, "-m", "cProfile", "-o", str(profile), "-m", "looplint", "--version"]
    subprocess.run(command, capture_output=True, check=True)
    assert profile.stat().st_size
