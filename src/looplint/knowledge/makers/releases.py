"""New releases of pytest and pytest-asyncio: what they declare, and which pairs of them run a small suite.

Asks pip which releases there are, installs each unknown release of pytest-asyncio for its metadata, then forces it
together with the newest patch release of every pytest since `FIRST`, and runs `SUITE`. Uses the network.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looplint.knowledge.data import ROOT
from looplint.knowledge.makers.environments import WorkshopError, run_quietly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILE = ROOT / "releases.json"
FIRST = (7, 4)
"""The oldest pytest that pairs are run with."""
SUITE = """
import asyncio
import pytest
import pytest_asyncio

@pytest_asyncio.fixture
async def answer():
    await asyncio.sleep(0)
    yield 42

@pytest.mark.asyncio
async def test_answer(answer):
    assert answer == 42
"""
_METADATA = (
    "import importlib.metadata as m, json; "
    "print(json.dumps([m.metadata('pytest-asyncio')['Requires-Python'], m.requires('pytest-asyncio')]))"
)
_AVAILABLE = re.compile(r"^Available versions: (.*)$", re.MULTILINE)
_PYTEST = re.compile(r"^pytest(?![\w-])\s*\(?([^;)]*)")


def refresh(python: str, say: Callable[[str], None], *, dry_run: bool) -> int:
    """Add the unknown releases to the table; the number of rows added. Raises `WorkshopError`."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    added = 0
    for version in unknown(data["pytest"], available("pytest", python)):
        data["pytest"].append({"version": version, "python": _python_of("pytest", version, python)})
        say(f"pytest {version}: add `measured`, and run the newest releases of pytest-asyncio with it by hand")
        added += 1
    for version in unknown(data["pytest-asyncio"], available("pytest-asyncio", python)):
        row = look_at(version, [one["version"] for one in data["pytest"]], python)
        say(json.dumps(row))
        data["pytest-asyncio"].append(row)
        added += 1
    if added and not dry_run:
        FILE.write_text(dump(data), encoding="utf-8", newline="\n")
    return added


def unknown(rows: Iterable[dict[str, Any]], versions: Iterable[str]) -> list[str]:
    """The versions newer than all that have a row, oldest first; prereleases are left out."""
    from packaging.version import Version

    known = [Version(row["version"]) for row in rows]
    new = [version for version in versions if not Version(version).is_prerelease and Version(version) > max(known)]
    return sorted(new, key=Version)


def available(distribution: str, python: str) -> list[str]:
    """All releases of a distribution, as pip lists them."""
    listed = _uv(["run", "--no-project", "--python", python, "--with", "pip", "python", "-m", "pip",
                  "index", "versions", distribution])  # fmt: skip
    found = _AVAILABLE.search(listed)
    if found is None:
        raise WorkshopError(f"pip lists no versions of {distribution}")
    return [version.strip() for version in found[1].split(",")]


def look_at(version: str, pytests: Iterable[str], python: str) -> dict[str, Any]:
    """The row of a release of pytest-asyncio: its metadata, and the pytests that it works with."""
    pin = f"pytest-asyncio=={version}"
    said = json.loads(_uv(["run", "--no-project", "--python", python, "--with", pin, "python", "-c", _METADATA]))
    declared = next((found[1] for text in said[1] if (found := _PYTEST.match(text))), "")
    outcomes = {pytest: works(pytest, version, python) for pytest in newest_patches(pytests)}
    return {"version": version, "pytest": _tidy(declared), "python": said[0], "works": working_range(outcomes)}


def works(pytest: str, plugin: str, python: str) -> bool:
    """Does the pair, forced together, run the suite?"""
    with tempfile.TemporaryDirectory(prefix="looplint-") as name:
        place = Path(name)
        (place / "test_answer.py").write_text(SUITE, encoding="utf-8")
        (place / "overrides.txt").write_text(f"pytest=={pytest}\n", encoding="utf-8")
        environment = place / "environment"
        interpreter = environment / "bin" / "python"
        _uv(["venv", "--quiet", "--python", python, str(environment)])
        _uv(["pip", "install", "--quiet", "--python", str(interpreter), "--override", str(place / "overrides.txt"),
             f"pytest=={pytest}", f"pytest-asyncio=={plugin}"])  # fmt: skip
        command = [str(interpreter), "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_answer.py"]
        return run_quietly(command, place).returncode == 0


def newest_patches(versions: Iterable[str]) -> list[str]:
    """The newest patch release of each minor one since `FIRST`, oldest first."""
    from packaging.version import Version

    newest = {Version(version).release[:2]: version for version in sorted(versions, key=Version)}
    return [version for minor, version in sorted(newest.items()) if minor >= FIRST]


def working_range(outcomes: dict[str, bool]) -> str:
    """The range of the pytests that worked, oldest first: ">=8.0", ">=7.4,<9.2". Raises `WorkshopError` on gaps."""
    tried, good = list(outcomes), [version for version, fine in outcomes.items() if fine]
    if not good:
        raise WorkshopError(f"worked with nothing: {outcomes}")
    first, last = tried.index(good[0]), tried.index(good[-1])
    if tried[first : last + 1] != good:
        raise WorkshopError(f"works with a gap, which the table cannot say: {outcomes}")
    lower = f">={_minor(good[0])}"
    return lower if last == len(tried) - 1 else f"{lower},<{_minor(tried[last + 1])}"


def dump(data: dict[str, Any]) -> str:
    """The table as it is kept: one row a release."""
    rows = {name: ",\n".join(f"  {json.dumps(row)}" for row in data[name]) for name in ("pytest-asyncio", "pytest")}
    head = "".join(f" {json.dumps(key)}: {json.dumps(data[key])},\n" for key in ("schema", "snapshot", "measured"))
    lists = ",\n".join(f' "{name}": [\n{text}\n ]' for name, text in rows.items())
    return f"{{\n{head}{lists}\n}}\n"


def _python_of(distribution: str, version: str, python: str) -> str:
    code = f"import importlib.metadata as m; print(m.metadata({distribution!r})['Requires-Python'])"
    pin = f"{distribution}=={version}"
    return _uv(["run", "--no-project", "--python", python, "--with", pin, "python", "-c", code]).strip()


def _tidy(declared: str) -> str:
    return ",".join(sorted((part.strip() for part in declared.split(",") if part.strip()), reverse=True))


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _uv(arguments: list[str]) -> str:
    uv = shutil.which("uv")
    if uv is None:
        raise WorkshopError("uv is not on the PATH; it makes the environments")
    done = run_quietly([uv, *arguments], Path.cwd())
    if done.returncode:
        raise WorkshopError((done.stderr or done.stdout).strip() or "uv failed")
    return str(done.stdout)
