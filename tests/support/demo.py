"""The demo project in a place of its own, and what the command line says of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "fixtures" / "demo"


def demo_copy(directory: Path) -> Path:
    """A copy of the demo project, without this repository around it."""
    root = directory / "demo"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / ".git").mkdir()
    return root


def findings(root: Path) -> set[tuple[str, int, str]]:
    """File below `root`, row and code of every finding of `looplint check`."""
    command = [sys.executable, "-m", "looplint", "check", "--output-format", "json", "--exit-zero", "."]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return {
        (Path(r["filename"]).resolve().relative_to(root.resolve()).as_posix(), r["location"]["row"], r["code"])
        for r in json.loads(done.stdout)
    }
