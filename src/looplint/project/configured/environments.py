"""Which Pythons a project supports, and whether an environment marker holds on them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from looplint.model.records import dataclass
from looplint.project.configured.config_file import Kind
from looplint.project.configured.declared import poetry_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from looplint.project.configured.config_file import ConfigFile

PYTHONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
"""The releases of Python that a project may be installed on."""
_PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRange:
    """The Pythons that a project says it runs on: as written, as PEP 440 ranges (any of them), and where."""

    text: str
    ranges: tuple[str, ...]
    path: Path
    row: int


def declared_pythons(files: Iterable[ConfigFile]) -> PythonRange | None:
    """The range of Pythons in the first file that declares one."""
    return next(filter(None, map(_requires_python, files)), None)


def supported_pythons(files: Iterable[ConfigFile]) -> tuple[str, ...]:
    """The releases of `PYTHONS` that the project says it runs on; the newest alone where it does not say."""
    written = declared_pythons(files)
    found = tuple(python for python in PYTHONS if _in_any(python, written.ranges)) if written is not None else ()
    return found or PYTHONS[-1:]


@lru_cache(maxsize=1024)
def marker_holds(marker: str | None, python: str) -> bool:
    """Does the marker hold on that Python ("3.12"), on one of the usual platforms? True where it cannot be read."""
    if marker is None:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    try:
        parsed = Marker(marker)
        return any(
            parsed.evaluate(
                {
                    "python_version": python,
                    "python_full_version": f"{python}.5",
                    "implementation_name": "cpython",
                    "platform_python_implementation": "CPython",
                    "implementation_version": f"{python}.5",
                    "platform_machine": "x86_64",
                    "extra": "",
                    **platform,
                }
            )
            for platform in _PLATFORMS
        )
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, ValueError):
        return True


def _requires_python(file: ConfigFile) -> PythonRange | None:
    if file.kind is Kind.SETUP_CFG:
        entry = file.ini.entry("options", "python_requires")
        return None if entry is None else _range(file, entry.value, (entry.value,), entry.row)
    if file.kind is not Kind.PYPROJECT:
        return None
    declared = _at(file.data, "project", "requires-python")
    if isinstance(declared, str):
        return _range(file, declared, (declared,), _row(file, "project", "requires-python"))
    poetry = _at(file.data, "tool", "poetry", "dependencies", "python")
    if not isinstance(poetry, str):
        return None
    return _range(file, poetry, poetry_ranges(poetry), _row(file, "tool", "poetry", "dependencies", "python"))


def _range(file: ConfigFile, text: str, ranges: tuple[str, ...], row: int) -> PythonRange:
    return PythonRange(text=text, ranges=ranges, path=file.path, row=row)


def _row(file: ConfigFile, *path: str) -> int:
    return (file.spans.row_of(*path) if file.spans is not None else None) or 1


def _at(data: Any, *path: str) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _in_any(python: str, ranges: tuple[str, ...]) -> bool:
    """Is the release of Python, in one of its patch releases, in one of the ranges?"""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return any(SpecifierSet(one).contains(f"{python}.{patch}") for one in ranges for patch in (0, 19))
    except InvalidSpecifier:
        return True
