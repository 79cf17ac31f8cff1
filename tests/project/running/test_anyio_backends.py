"""On which backends anyio would run a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import function, tree

from looplint.project.running.anyio_backends import asks_for_trio, is_meant_for_anyio

if TYPE_CHECKING:
    from pathlib import Path

TEST = "async def test_x(): ...\n"
OWN = "@pytest.fixture({})\ndef anyio_backend(request): return {}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"@pytest.mark.anyio\n{TEST}", True),
        (f"pytestmark = pytest.mark.anyio\n{TEST}", True),
        ("async def test_x(anyio_backend): ...", True),
        ("async def test_x(anyio_backend_name): ...", True),
        (f"@pytest.mark.usefixtures('anyio_backend')\n{TEST}", True),
        (TEST, False),
        (f"@pytest.mark.asyncio\n{TEST}", False),
    ],
)
def test_meant_for_anyio(tmp_path: Path, text: str, *, expected: bool) -> None:
    project = tree(tmp_path, {"test_x.py": f"import pytest\n{text}"})
    assert is_meant_for_anyio(project, function(project, "test_x.py", "test_x")) is expected


@pytest.mark.parametrize(
    ("text", "requirements", "expected"),
    [
        (OWN.format("params=['asyncio', 'trio']", "request.param"), "", "`anyio_backend` in "),
        (OWN.format("params=[pytest.param(('trio', {}), id='t')]", "request.param"), "", "`anyio_backend` in "),
        (OWN.format("params=[('trio', dict())]", "request.param"), "", "`anyio_backend` in "),
        (OWN.format("params=('asyncio', 'trio')", "request.param"), "", "`anyio_backend` in "),
        (OWN.format("", "'trio'"), "", "`anyio_backend` in "),
        (OWN.format("", "('asyncio', {'name': 'trio'})"), "trio", None),
        (OWN.format("", "'asyncio'"), "trio", None),
        (OWN.format("params=BACKENDS", "request.param"), "trio", None),
        ("@pytest.mark.parametrize('anyio_backend', ['asyncio', 'trio'])\n", "", "its `parametrize`"),
        ("@pytest.mark.parametrize('anyio_backend', argvalues=['trio'])\n", "", "its `parametrize`"),
        ("@pytest.mark.parametrize('anyio_backend', ['asyncio'])\n", "trio", None),
        ("@pytest.mark.parametrize('x', ['trio'])\n", "", None),
        ("", "", None),
        ("", "anyio", None),
        ("", "trio>=0.20", "trio, which requirements.txt:1 asks for"),
        ("", "anyio[trio]==4.12.0", "trio, which requirements.txt:1 asks for"),
    ],
)
def test_trio(tmp_path: Path, text: str, requirements: str, expected: str | None) -> None:
    files = {"test_x.py": f"import pytest\n{text}{TEST}", "requirements.txt": requirements}
    project = tree(tmp_path, files)
    found = asks_for_trio(project, function(project, "test_x.py", "test_x"))
    assert found is None if expected is None else (found or "").startswith(expected)


@pytest.mark.parametrize(("version", "both"), [("4.11.0", True), ("4.12.0", False)])
def test_locked_anyio(tmp_path: Path, version: str, *, both: bool) -> None:
    lock = f'version = 1\n[[package]]\nname = "anyio"\nversion = "{version}"\n'
    project = tree(tmp_path, {"test_x.py": TEST, "uv.lock": lock, "pyproject.toml": "[project]\nname = 'x'\n"})
    found = asks_for_trio(project, function(project, "test_x.py", "test_x"))
    assert (found is not None) is both
