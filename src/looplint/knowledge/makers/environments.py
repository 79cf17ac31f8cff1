"""Environments of the catalogued libraries, made on demand with uv. The only part of looplint that uses the network."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looplint.knowledge.data import ROOT

if TYPE_CHECKING:
    from looplint.knowledge.makers.seeds import Seed

PYTHON = "3.11"
"""The Python that the catalogue was made with; flags of the standard library differ between versions."""
SECONDS = 600
QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "OPENAI_API_KEY": "x",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class WorkshopError(Exception):
    """An environment could not be made, or the work in it failed; `str()` holds the last lines that were printed."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder that keeps the environments. `python` is what `uv venv --python` takes."""

    folder: Path
    python: str = PYTHON

    def run(self, seed: Seed, job: dict[str, Any], requires: tuple[str, ...]) -> dict[str, Any]:
        """Do `job` in an environment with `requires` installed. Raises `WorkshopError`."""
        interpreter = self._interpreter(requires)
        with tempfile.TemporaryDirectory(prefix="looplint-") as name:
            place = Path(name)
            package = place / "path" / "looplint"
            shutil.copytree(ROOT, package / "knowledge", ignore=shutil.ignore_patterns("__pycache__", "*_data"))
            (package / "__init__.py").touch()
            (place / "job.json").write_text(json.dumps({**seed.job(), **job}), encoding="utf-8")
            module = "looplint.knowledge.makers.inside"
            output = _run([interpreter, "-m", module, "job.json", "result.json"], place, {"PYTHONPATH": "path"})
            result = place / "result.json"
            if not result.exists():
                raise WorkshopError(f"{seed.distribution}: no result: {_last_lines(output)}")
            report: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
            return report

    def packages(self, requires: tuple[str, ...]) -> Path:
        """The folder of the installed packages. Raises `WorkshopError`."""
        place = Path(self._interpreter(requires)).parent.parent
        return next(iter(place.glob("lib/*/site-packages")), place / "Lib" / "site-packages")

    def _interpreter(self, requires: tuple[str, ...]) -> str:
        digest = hashlib.sha256("\n".join((self.python, *requires)).encode()).hexdigest()[:8]
        label = re.sub(r"\W+", "-", requires[0]) if requires else "stdlib"
        place = self.folder / f"{label}-{digest}"
        interpreter = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not (place / "complete").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            uv = shutil.which("uv")
            if uv is None:
                raise WorkshopError("uv is not on the PATH; it makes the environments")
            _done([uv, "venv", "--quiet", "--clear", "--python", self.python, str(place)], self.folder)
            if requires:
                _done([uv, "pip", "install", "--quiet", "--python", str(interpreter), *requires], self.folder)
            (place / "complete").touch()
        return str(interpreter)


def run_quietly(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What a command said, and its exit code. Raises `WorkshopError` when it does not end."""
    return _run(command, folder, {})


def _done(command: list[str], folder: Path) -> None:
    output = _run(command, folder, {})
    if output.returncode:
        raise WorkshopError(f"{' '.join(command[1:])}: {_last_lines(output)}")


def _run(command: list[str], folder: Path, extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **QUIET, "PYTHONPATH": "", **extra}
    try:
        return subprocess.run(  # noqa: S603 - our own interpreter and uv
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise WorkshopError(f"{' '.join(command)}: no end after {SECONDS} seconds") from error


def _last_lines(output: subprocess.CompletedProcess[str]) -> str:
    lines = (output.stderr or output.stdout).strip().splitlines()
    return " / ".join(lines[-3:]) or f"exit code {output.returncode}"
