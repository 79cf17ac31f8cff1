"""A warm run says what a cold run says, and looks again only at what depends on what changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.cases import all_cases
from support.trees import write

from looplint.engine import keeping
from looplint.engine.cache import CACHE, remove_caches
from looplint.engine.configuration import Configurations
from looplint.engine.discover import discover
from looplint.engine.jobs import FileResult, JobOptions, RootJob
from looplint.engine.run import Outcome, run
from looplint.engine.selection import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.cases import Case

    from looplint.engine.jobs import Job
    from looplint.model.finding import Finding

TREE = {
    "pyproject.toml": """
        [project]
        name = "app"
        dependencies = ["httpx"]
        optional-dependencies.test = ["pytest>=8", "pytest-asyncio>=0.23"]
        """,
    "app/__init__.py": "",
    "app/repo.py": """
        class Repo:
            async def get(self, key):
                return key

            def close(self):
                pass
        """,
    "app/service.py": """
        from app.repo import Repo

        class Service:
            def __init__(self, repo: Repo):
                self._repo = repo

            async def load(self, key):
                return await self._repo.get(key)
        """,
    "tests/conftest.py": """
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def number():
            return 1
        """,
    "tests/test_service.py": """
        from unittest.mock import MagicMock
        import pytest
        from app.service import Service

        @pytest.mark.asyncio
        async def test_load(number):
            repo = MagicMock()
            repo.get.return_value = 1
            assert await Service(repo).load("x") == number
        """,
    "tests/test_marks.py": """
        async def test_without_mark(number):
            assert number
        """,
    "tests/unit/test_own.py": """
        import asyncio

        async def test_own():
            asyncio.run(asyncio.sleep(0))
        """,
    "tests/test_sync.py": """
        def test_sync():
            assert True
        """,
    "docs/example.py": "x = 1\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keeping, "stamp", lambda: "this looplint")  # whose files may be at work while its tests run
    return tmp_path


def go(*, cached: bool = True, workers: int = 1, options: JobOptions | None = None, select: str = "ALL") -> Outcome:
    configurations = Configurations(layer=Layer(select=(select,)))
    jobs = options or JobOptions()
    return run(discover((".",), configurations), configurations, jobs, workers=workers, cached=cached)


def found(outcome: Outcome) -> list[Finding]:
    assert outcome.cache_troubles == []
    return outcome.findings


def cold() -> list[Finding]:
    return go(cached=False).findings


CHANGES: list[tuple[str, Callable[[Path], object], set[str]]] = []


def change(*looked_at: str) -> Callable[[Callable[[Path], object]], Callable[[Path], object]]:
    """A change of the tree, and the Python files that must be looked at again."""

    def add(act: Callable[[Path], object]) -> Callable[[Path], object]:
        CHANGES.append((act.__name__, act, set(looked_at)))
        return act

    return add


def append(path: Path, text: str = "# more\n") -> None:
    path.write_text(path.read_text() + text)


RESTING_ON_VERSIONS = (
    "tests/conftest.py",
    "tests/test_service.py",
    "tests/test_marks.py",
    "tests/unit/test_own.py",
)


@change()
def nothing(_: Path) -> None:
    pass


@change()
def touched(root: Path) -> None:
    os.utime(root / "tests/conftest.py", ns=(1, 1))


@change("tests/test_sync.py")
def a_test(root: Path) -> None:
    append(root / "tests/test_sync.py")


@change("docs/example.py")
def a_module_that_nobody_imports(root: Path) -> None:
    append(root / "docs/example.py")


@change("app/repo.py", "app/service.py")
def the_class_that_is_mocked(root: Path) -> None:
    (root / "app/repo.py").write_text("class Repo:\n    def get(self, key):\n        return key\n")


@change("app/service.py", "tests/test_service.py")
def the_class_under_test(root: Path) -> None:
    (root / "app/service.py").write_text("class Service:\n    def __init__(self, repo):\n        self.repo = repo\n")


@change("tests/conftest.py", "tests/test_service.py", "tests/test_marks.py", "tests/unit/test_own.py")
def the_conftest(root: Path) -> None:
    (root / "tests/conftest.py").write_text("def pytest_collection_modifyitems(items):\n    mark(items, 'asyncio')\n")


@change("tests/unit/conftest.py", "tests/unit/test_own.py")
def a_conftest_that_appears(root: Path) -> None:
    (root / "tests/unit/conftest.py").write_text("import nest_asyncio\nnest_asyncio.apply()\n")


@change("tests/test_service.py", "lib_app/repo.py", "lib_app/service.py", "lib_app/__init__.py")
def the_package_is_renamed(root: Path) -> None:
    (root / "app").rename(root / "lib_app")


@change()
def a_file_of_no_interest(root: Path) -> None:
    (root / "tests/extra.txt").write_text("x")


@change(*RESTING_ON_VERSIONS)
def requirements_that_appear(root: Path) -> None:
    (root / "requirements.txt").write_text("pytest-asyncio==0.21.2\n")


@change(*RESTING_ON_VERSIONS, "app/repo.py", "app/service.py", "tests/test_sync.py")  # `python_files` may be among them
def the_settings(root: Path) -> None:
    append(root / "pyproject.toml", "\n[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n")


@change(*RESTING_ON_VERSIONS)
def a_lock_file(root: Path) -> None:
    (root / "uv.lock").write_text('[[package]]\nname = "pytest-asyncio"\nversion = "0.21.2"\n')


@change()
def a_file_is_gone(root: Path) -> None:
    (root / "tests/test_marks.py").unlink()


@pytest.mark.parametrize("trusting", [False, True], ids=["by_content", "by_status"])
@pytest.mark.parametrize(("act", "looked_at"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_what_is_looked_at_again(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[Path], object],
    looked_at: set[str],
    trusting: bool,
) -> None:
    if trusting:
        monkeypatch.setattr(keeping, "_TICK", -(10**12))
    write(here, TREE)
    first = go()
    assert first.looked_at == len(TREE)
    assert len(found(first)) >= 4
    assert {f.code for f in first.findings} >= {"LPL102", "LPL303", "LPL402"}
    again = go()
    assert (again.looked_at, found(again)) == (0, first.findings)
    act(here)
    jobs = looked_at_by(monkeypatch)
    after = go()
    assert found(after) == cold()
    assert after.looked_at == len(jobs)
    assert jobs - {str(here)} == looked_at


def looked_at_by(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Filled with what the next cached run looks at."""
    jobs: set[str] = set()
    divide = keeping.Cache.divide

    def spy(
        cache: keeping.Cache, given: Sequence[Job], options: JobOptions
    ) -> tuple[list[list[FileResult]], list[Job]]:
        known, left = divide(cache, given, options)
        jobs.update(job.root if isinstance(job, RootJob) else job.path for job in left)
        return known, left

    monkeypatch.setattr(keeping.Cache, "divide", spy)
    return jobs


TEXTS = [
    None,
    "",
    "import pytest\n\n@pytest.fixture\nasync def number():\n    return 1\n",
    "class Repo:\n    def get(self, key):\n        return key\n",
    "class Repo:\n    async def get(self, key):\n        return key\n",
    "import pytest\npytestmark = pytest.mark.asyncio\n\nasync def test_x(number):\n    pass\n",
    "from app.repo import Repo\nfrom unittest.mock import patch\n\n"  # noqa: ISC004 - one text
    "@patch('app.repo.Repo.get', return_value=1)\nasync def test_y(get):\n    await Repo().get(1)\n",
    "def broken(:\n",
    "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n",
    "pytest-asyncio==1.2.0\n",
    "[pytest]\nasyncio_mode = strict\n",
]
PATHS = [
    *TREE, "conftest.py", "tests/unit/conftest.py", "pytest.ini", "requirements.txt", "tests/__init__.py",
    "app/repo/__init__.py", "tests/unit/pyproject.toml", "uv.lock",
]  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(TEXTS)), min_size=1, max_size=5))
def test_any_change_anywhere(here: Path, steps: list[tuple[str, str | None]]) -> None:
    shutil.rmtree(here / "p", ignore_errors=True)
    root = here / "p"
    root.mkdir()
    os.chdir(root)
    write(root, TREE)
    go()
    for name, text in steps:
        path = root / name
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        warm = go()
        assert found(warm) == cold()
        again = go()
        assert (again.looked_at, found(again)) == (0, warm.findings)


FOLDERS = [case for case in all_cases() if case.is_folder and case.kind == "bad"]


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: f"{case.rule}-{case.name}")
def test_each_file_of_each_case_taken_away(here: Path, case: Case) -> None:
    shutil.copytree(case.path, here, dirs_exist_ok=True)
    (here / ".git").mkdir(exist_ok=True)
    first = go()
    for path in sorted(path for path in here.rglob("*") if path.is_file() and CACHE not in path.parts):
        raw = path.read_bytes()
        path.unlink()
        assert found(go()) == cold(), f"without {path.name}"
        path.write_bytes(raw)
    assert found(go()) == first.findings


# -- other rules, other options --------------------------------------------------------------------------------------


def test_suppression_is_applied_on_top(here: Path) -> None:
    write(here, TREE)
    first = go()
    (here / "looplint.toml").write_text("per-file-ignores = { 'tests/unit/*' = ['LPL102'] }\n")
    ignoring = go()
    assert {f.code for f in first.findings} - {f.code for f in ignoring.findings} == {"LPL102"}
    assert go(select="LPL1").looked_at == len(TREE)
    assert go(options=JobOptions(noqa=False)).looked_at == 0


def test_a_comment_that_silences_counts_without_looking_again(here: Path) -> None:
    write(here, {"test_a.py": "async def test_a():  # noqa: LPL303\n    pass\n"})
    assert found(go()) == []
    assert found(go()) == []
    shown = go(options=JobOptions(noqa=False))
    assert [f.code for f in shown.findings] == ["LPL303"]
    assert shown.looked_at == 0


def test_fixing_takes_what_cannot_be_fixed_from_the_cache_and_writes_the_same(here: Path) -> None:
    write(here, TREE)
    for name in ("warm", "cold"):
        (here / name).mkdir()
        write(here / name, TREE)
    os.chdir(here / "warm")
    go()
    fixing = JobOptions(fix=True, unsafe=True)
    warm = go(options=fixing)
    assert 0 < (warm.looked_at or 0) < 3 * len(TREE)
    assert go().findings == cold()
    os.chdir(here / "cold")
    go(options=fixing, cached=False)
    for name in TREE:
        assert (here / "warm" / name).read_bytes() == (here / "cold" / name).read_bytes()


def test_a_diff_leaves_no_trace_in_the_cache(here: Path) -> None:
    write(here, TREE)
    before = go()
    diff = go(options=JobOptions(fix=True, unsafe=True, write=False))
    assert diff.diffs
    after = go()
    assert (after.looked_at, found(after)) == (0, before.findings)
    remove_caches(["."])
    go(options=JobOptions(fix=True, unsafe=True, write=False))
    assert found(go()) == before.findings


def test_two_roots_keep_their_own(here: Path) -> None:
    write(here, {f"{name}/{path}": text for name in ("one", "two") for path, text in TREE.items()})
    first = go()
    assert (here / "one" / CACHE).is_dir()
    assert (here / "two" / CACHE).is_dir()
    again = go()
    assert (again.looked_at, found(again)) == (0, first.findings)


def test_a_file_that_lies_just_somewhere_leaves_no_cache(here: Path) -> None:
    (here / "test_a.py").write_text("async def test_a(): pass\n")
    assert len(found(go())) == 1
    assert not (here / CACHE).exists()


def test_workers_and_their_results(here: Path) -> None:
    write(here, TREE | {f"tests/more/test_{n}.py": TREE["tests/test_marks.py"] for n in range(40)})
    first = go(workers=2)
    assert first.looked_at == len(TREE) + 40
    again = go(workers=2)
    assert (again.looked_at, found(again)) == (0, first.findings)


# -- damage ----------------------------------------------------------------------------------------------------------


def database(root: Path) -> Path:
    return root / CACHE / "findings.db"


@pytest.mark.parametrize("size", [0, 1, 100, 4096, 10_000])
def test_a_truncated_cache_is_thrown_away(here: Path, size: int) -> None:
    write(here, TREE)
    first = go()
    database(here).write_bytes(database(here).read_bytes()[:size])
    assert go().findings == first.findings
    again = go()
    assert (again.looked_at, found(again)) == (0, first.findings)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=40)), min_size=1, max_size=6))
def test_a_damaged_cache_says_nothing_wrong(here: Path, holes: list[tuple[float, bytes]]) -> None:
    if not database(here).exists():
        write(here, TREE)
    first = go(cached=False)
    go()
    raw = bytearray(database(here).read_bytes())
    for place, junk in holes:
        start = int(place * len(raw))
        raw[start : start + len(junk)] = junk
    database(here).write_bytes(raw)
    assert go().findings == first.findings
    assert go().findings == first.findings
    assert found(go()) == first.findings


@pytest.mark.parametrize("text", [b"", b"SQLite format 3\0 but not really", b"x" * 5000])
def test_a_foreign_file_in_its_place(here: Path, text: bytes) -> None:
    write(here, TREE)
    (here / CACHE).mkdir()
    database(here).write_bytes(text)
    assert go().findings == cold()
    assert go().looked_at == 0


def test_a_cache_of_another_version(here: Path) -> None:
    write(here, TREE)
    first = go()
    with closing(sqlite3.connect(database(here))) as connection:
        connection.execute("UPDATE meta SET value = 'looplint 99' WHERE name = 'stamp'")
        connection.execute("UPDATE unit SET found = '[]'")
        connection.commit()
    other = go()
    assert (other.looked_at, other.findings) == (len(TREE), first.findings)
    assert other.cache_troubles == [f"{database(here)}: it was written by another looplint or Python"]
    assert go().looked_at == 0


def test_a_cache_that_another_process_holds(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("looplint.engine.store._PATIENCE", 0.05)
    write(here, TREE)
    first = go()
    (here / "tests/test_sync.py").write_text("import asyncio\n")
    with closing(sqlite3.connect(database(here), isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        held = go()
        assert held.findings == first.findings
        assert held.cache_troubles == [f"{database(here)}: another process holds it"]
        connection.execute("ROLLBACK")
    assert go().looked_at == 1


def test_a_directory_that_cannot_be_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(directory: str) -> None:
        raise PermissionError(13, "Permission denied", directory)

    monkeypatch.setattr("looplint.engine.store.make_directory", refuse)
    write(here, TREE)
    outcome = go()
    assert outcome.findings == cold()
    assert not outcome.trouble
    assert not (here / CACHE).exists()
    (here / CACHE).write_text("a file in its place")
    assert go().findings == outcome.findings


def test_a_full_disk(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    write(here, TREE)
    monkeypatch.setattr("looplint.engine.store.Store._fill", full)
    outcome = go()
    assert outcome.findings == cold()
    assert outcome.cache_troubles == [f"{database(here)}: OperationalError: database or disk is full"]
    assert not database(here).exists()


def test_two_runs_at_once(here: Path) -> None:
    write(here, TREE)
    command = [sys.executable, "-m", "looplint", "check", "--output-format=json", "--select=ALL", "-j2"]
    source = str(Path(keeping.__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(4)]
    told = {process.communicate()[0] for process in running}
    assert len(told) == 1
    assert subprocess.run([*command, "--no-cache"], stdout=subprocess.PIPE, env=environment, check=False).stdout in told
    assert all(process.returncode == 1 for process in running)


def test_what_nobody_refers_to_is_swept(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("looplint.engine.store._SWEEP_EVERY", 2)
    write(here, TREE)
    go()
    (here / "tests/test_marks.py").unlink()
    (here / "app/repo.py").write_text("class Repo: pass\n")
    go()
    with closing(sqlite3.connect(database(here))) as connection:
        paths = {Path(os.fsdecode(path)).name for (path,) in connection.execute("SELECT path FROM unit")}
        texts = [text for (text,) in connection.execute("SELECT text FROM question")]
    assert "test_marks.py" not in paths
    assert len([text for text in texts if text.startswith('["content"') and "repo.py" in text]) == 1
    assert go().looked_at == 0
