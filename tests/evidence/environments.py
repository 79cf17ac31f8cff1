"""Environments that hold one line of pytest and pytest-asyncio each, built when first asked for and kept."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from support.lines import Line

_READY = "ready.json"
_BUILD_SECONDS = 600


class BuildError(Exception):
    """An environment cannot be built (no network, or the packages do not fit together)."""


def cache_directory() -> Path:
    """Where environments are kept: LOOPLINT_EVIDENCE_CACHE, else `looplint/evidence` in the user's cache."""
    if chosen := os.environ.get("LOOPLINT_EVIDENCE_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "looplint" / "evidence"


def interpreter(line: Line, requires: tuple[str, ...], forced: tuple[str, ...] = ()) -> Path:
    """The Python that has `line` and the packages of `requires` installed; built if need be.

    Those of `forced` are installed after the others and without asking for what they depend on, instead of a pin of the
    line where they name the same distribution. Several processes may ask at once: each builds beside the final place,
    and the first to rename wins.
    """
    wanted = {
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "packages": [*line.pins, *requires],
        **({"forced": list(forced)} if forced else {}),
    }
    digest = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:12]
    home = cache_directory() / f"{line.name}-py{platform.python_version()}-{digest}"
    if not (home / _READY).exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=home.parent))
        try:
            _build(building, _unforced([*line.pins, *requires], forced))
            if forced:
                _install(building, ["--no-deps", *forced])
            (building / _READY).write_text(json.dumps(wanted), encoding="utf-8")
            _move_into_place(building, home)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return _python_of(home)


def _move_into_place(building: Path, home: Path) -> None:
    try:
        building.rename(home)
    except OSError:
        if not (home / _READY).exists():
            raise


def asked_installer(line: Line, requires: tuple[str, ...]) -> tuple[bool, str]:
    """Whether an installer finds versions for `line` and `requires`, and what it says; nothing is installed."""
    packages = [*line.pins, *requires]
    uv = _uv()
    if uv is None:
        asked = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-input", *packages]
        done = _done(asked)
    else:
        asked = [uv, "pip", "compile", "--no-header", "--no-config", "--python", sys.executable, "-"]
        done = _done(asked, stdin="\n".join(packages))
    return not done.returncode, done.stdout + done.stderr


def _unforced(packages: list[str], forced: tuple[str, ...]) -> list[str]:
    names = {Requirement(package).name for package in forced}
    return [package for package in packages if Requirement(package).name not in names]


def _build(directory: Path, packages: list[str]) -> None:
    uv = _uv()
    if uv is None:
        _run([sys.executable, "-m", "venv", str(directory)])
    else:
        _run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(directory)])
    _install(directory, packages)


def _install(directory: Path, words: list[str]) -> None:
    uv, python = _uv(), str(_python_of(directory))
    if uv is None:
        _run([python, "-m", "pip", "install", "--quiet", "--no-input", *words])
    else:
        _run([uv, "pip", "install", "--quiet", "--python", python, *words])


def _python_of(directory: Path) -> Path:
    return directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _run(command: list[str]) -> None:
    done = _done(command)
    if done.returncode:
        raise BuildError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def _done(command: list[str], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=_BUILD_SECONDS,
        env=inherited,
        check=False,
    )
