"""The story that looplint was written for, from the failing suite to the passing one, on one line of releases.

    python tests/evidence/story.py [8.4.2+1.1.0]...

`fixtures/story/before` is a suite as somebody left it who looked for the reason in vain: pytest-playwright beside
pytest-asyncio, two remedies that change nothing (`-p no:logfire`, nest_asyncio), a dependency group that brings the
plugin back, an old lock file. `fixtures/story/after` holds the files that following looplint changes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evidence.environments import interpreter
from support.lines import LINES, line_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.lines import Line

STORY = Path(__file__).resolve().parents[2] / "fixtures" / "story"
COMMON = ("pytest-cov==7.0.0", "nest-asyncio==1.6.0")
BEFORE = (*COMMON, "pytest-playwright==0.7.2")
AFTER = (*COMMON, "pytest-playwright-asyncio==0.7.2")
NEEDED = Requirement("pytest-asyncio>=0.26")
"""What the story's project asks for."""
PATCH_HELPS = Requirement("pytest-asyncio<1.1")
"""nest_asyncio patches what older releases run tests by, so that these run, or all but the teardown of fixtures."""
TOLD = [line for line in LINES if line.satisfies(NEEDED)]
BOUNDED = [line for line in TOLD if line.bounded]
IN_BROWSER = "tests/test_checkout.py"
"""What needs a browser; the other tests fetch pages by Playwright's own requests, for which its driver is enough."""
_TIMEOUT = 180
_DROPPED = ("PYTHONPATH", "PYTHONWARNINGS", "PYTHONASYNCIODEBUG", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run of pytest ended."""

    counts: dict[str, int]
    covered: str | None
    """The last column of coverage's row TOTAL ("100%")."""
    output: str


def has_browser() -> bool:
    """Is there a Chromium that is not Playwright's own (Debian's package has this name)?"""
    return shutil.which("chromium") is not None


def before(directory: Path) -> Path:
    """The suite as it was, a project of its own."""
    shutil.copytree(STORY / "before", directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / ".git").mkdir()
    return directory


def after(directory: Path) -> Path:
    """The suite as it is when all is done that looplint listed."""
    before(directory)
    shutil.copytree(STORY / "after", directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return directory


def run_pytest(directory: Path, line: Line, requires: tuple[str, ...]) -> Outcome:
    """Real pytest over a suite, without what needs a browser where there is none."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in _DROPPED and not name.startswith("PYTEST_")
    }
    left_out = [] if has_browser() else [f"--ignore={IN_BROWSER}"]
    done = subprocess.run(
        [str(interpreter(line, requires)), "-m", "pytest", "-p", "no:cacheprovider", "--color=no", *left_out],
        cwd=directory,
        env={**inherited, "PYTHONPATH": str(directory), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    output = done.stdout + done.stderr
    last = re.findall(r"^=+ (.*) in [\d.]+s.*=+$", output, re.MULTILINE)
    counts = {name.rstrip("s"): int(number) for number, name in re.findall(r"(\d+) ([a-z]+)", last[-1] if last else "")}
    covered = re.search(r"^TOTAL .*?(\d+%)$", output, re.MULTILINE)
    return Outcome(counts, covered[1] if covered else None, output)


def contents(directory: Path) -> dict[str, str]:
    """The files of a suite by relative name."""
    files = [path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8") for path in files}


def without(directory: Path, name: str, text: str) -> Path:
    """The suite as it was, less one remedy."""
    path = before(directory) / name
    found = path.read_text(encoding="utf-8")
    assert text in found
    path.write_text(found.replace(text, ""), encoding="utf-8")
    return directory


def told_by_pytest(line: Line, directory: Path) -> dict[str, Outcome]:
    """Real pytest before, before without either remedy, and after."""
    suites = {
        "before": before(directory / "before"),
        "without nest_asyncio": without(directory / "unpatched", "tests/conftest.py", "nest_asyncio.apply()"),
        "without -p no:logfire": without(directory / "unblocked", "pyproject.toml", "-p no:logfire "),
    }
    told = {name: run_pytest(suite, line, BEFORE) for name, suite in suites.items()}
    return {**told, "after": run_pytest(after(directory / "after"), line, AFTER)}


def differences(line: Line, told: Mapping[str, Outcome], *, in_browser: bool) -> list[str]:
    """How runs differ from what the story claims; empty if they do not."""
    browser_tests, async_tests = 3 if in_browser else 1, 2
    failing = {"passed": browser_tests, "error": async_tests}
    wanted = dict.fromkeys(told, failing)
    wanted["after"] = {"passed": browser_tests + async_tests}
    found = []
    if line.satisfies(PATCH_HELPS):
        del wanted["before"], wanted["without -p no:logfire"]
        if told["before"].counts != told["without -p no:logfire"].counts:
            found.append("-p no:logfire makes a difference")
        wanted["without nest_asyncio"] = {"passed": browser_tests}
    for name, counts in wanted.items():
        got = told[name].counts
        if any(got.get(outcome, 0) != number for outcome, number in counts.items()):
            found.append(f"{name}: expected {counts}, got {got}")
    if not re.search("cannot be called from a running|loop is already running", told["without nest_asyncio"].output):
        found.append("the failure has another text")
    if told["after"].covered != "100%" or told["without nest_asyncio"].covered == "100%":
        found.append(f"coverage {told['without nest_asyncio'].covered} before, {told['after'].covered} after")
    return found


def main(arguments: Sequence[str]) -> int:
    """Tell the story on the lines named, or on all; 0 if it is true, else 1."""
    false = 0
    for line in [line_named(name) for name in arguments] or TOLD:
        with tempfile.TemporaryDirectory(prefix="looplint-story-") as directory:
            told = told_by_pytest(line, Path(directory))
        found = differences(line, told, in_browser=has_browser())
        false += bool(found)
        print(f"{line.name}: " + "; ".join(f"{name} {one.counts} {one.covered}" for name, one in told.items()))
        for text in found:
            print(f"  {text}")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
