"""What each release of pytest-homeassistant-custom-component pins, from the tags of a clone of its repository.

Its setup.py requires what its requirements_test.txt says, every version exactly. A pin is noted where it changes.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from looplint.knowledge.data import ROOT

FILE = ROOT / "exact_pins.json"
DISTRIBUTION = "pytest-homeassistant-custom-component"
PINNED = (
    "pytest", "pytest-asyncio", "pytest-aiohttp", "pytest-cov", "pytest-freezer", "pytest-socket", "pytest-timeout",
    "pytest-unordered", "pytest-picked", "pytest-xdist", "respx", "requests-mock", "syrupy", "coverage",
)  # fmt: skip
"""The distributions that a project is likely to require beside it."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", re.MULTILINE)


def steps(pins: list[tuple[str, dict[str, str]]]) -> dict[str, list[tuple[str, str | None]]]:
    """For each distribution the releases (oldest first) from which on another version, or none, is pinned."""
    found: dict[str, list[tuple[str, str | None]]] = {name: [] for name in PINNED}
    for release, pinned in pins:
        for name, rows in found.items():
            version = pinned.get(name)
            if version != (rows[-1][1] if rows else None):
                rows.append((release, version))
    return found


def of_clone(repository: Path) -> dict[str, object]:
    """The table of all tagged releases of a clone."""
    from packaging.version import Version

    tags = sorted((tag for tag in _git(repository, "tag").split() if tag[0].isdigit()), key=Version)
    pins = [(tag, _pins(_git(repository, "show", f"{tag}:requirements_test.txt"))) for tag in tags]
    return {"schema": 1, "distribution": DISTRIBUTION, "releases": tags, "pins": steps(pins)}


def main(repository: str) -> None:
    """Write the table: `python -m looplint.knowledge.makers.exact_pins CLONE`."""
    FILE.write_text(json.dumps(of_clone(Path(repository)), indent=1) + "\n", encoding="utf-8")


def _pins(text: str) -> dict[str, str]:
    return {name.lower().replace("_", "-"): version for name, version in _PIN.findall(text)}


def _git(repository: Path, *words: str) -> str:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - fixed words


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
