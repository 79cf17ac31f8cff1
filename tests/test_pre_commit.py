"""The hooks under real pre-commit, which installs the checkout's head commit into an environment of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.demo import demo_copy, findings

CHECKOUT = Path(__file__).parents[1]
HOOK = "class TestUsers:\n    async def teardown_method(self):\n        pass\n\n    def test_a(self):\n        pass\n"
FIXTURE = (
    "import pytest_asyncio\nimport pytest\n\n\n@pytest.fixture\nasync def a():\n    yield 1\n\n\n"
    "def test_a(a):\n    pass\n"
)


def git(cwd: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=looplint", "-c", "user.email=looplint@example.invalid"]
    done = subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what the checkout holds now, uncommitted changes included, as pre-commit clones a commit."""
    copy = tmp_path_factory.mktemp("hooks") / "looplint"
    copy.mkdir()
    listed = git(CHECKOUT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if name.split("/")[0] in ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (CHECKOUT / name).is_file():
                shutil.copyfile(CHECKOUT / name, target)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "as it is")
    return copy


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments: one installation for all tests of this file."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def user(tmp_path: Path, hooks: Path) -> Path:
    """A repository that uses both hooks."""
    git(tmp_path, "init", "-q")
    revision = git(hooks, "rev-parse", "HEAD").strip()
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: looplint-fix\n  - id: looplint\n"
    )
    return tmp_path


def pre_commit(cwd: Path, environments: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(environments), "PRE_COMMIT_COLOR": "never"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_findings_stop_the_commit_and_fixes_are_written(user: Path, environments: Path) -> None:
    (user / "test_users.py").write_text(HOOK)
    (user / "test_fixture.py").write_text(FIXTURE)
    git(user, "add", "-A")
    done = pre_commit(user, environments, "run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert "test_users.py:2:15: LPL302" in done.stdout
    assert "@pytest_asyncio.fixture" in (user / "test_fixture.py").read_text()


def test_a_clean_commit_passes(user: Path, environments: Path) -> None:
    (user / "test_a.py").write_text("def test_a():\n    assert True\n")
    git(user, "add", "-A")
    done = pre_commit(user, environments, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 2


def test_a_commit_of_configuration_alone_is_checked(user: Path, environments: Path) -> None:
    plugins = '"pytest-playwright", "pytest-playwright-asyncio", "pytest-asyncio"'
    (user / "pyproject.toml").write_text(f"[project]\nname = 'x'\nversion = '1'\ndependencies = [{plugins}]\n")
    git(user, "add", "-A")
    done = pre_commit(user, environments, "run", "looplint")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "pyproject.toml:4:" in done.stdout
    assert "LPL902" in done.stdout


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("noxfile.py", True),
        ("tox.toml", True),
        ("tox.ini", True),
        ("environment.yml", True),
        ("ci/environment-py312.yaml", True),
        ("docs/conf.yml", False),
        ("requirements/unit.txt", True),
        ("package.json", False),
    ],
)
def test_the_files_that_hooks_are_run_for(name: str, *, wanted: bool) -> None:
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {bool(re.search(hook["files"], name)) for hook in hooks} == {wanted}


def test_try_repo(tmp_path: Path, hooks: Path, environments: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "test_users.py").write_text(HOOK)
    git(tmp_path, "add", "-A")
    done = pre_commit(tmp_path, environments, "try-repo", str(hooks), "looplint", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "test_users.py:2:15: LPL302" in done.stdout


def test_the_demo_project_has_the_same_findings_as_the_command_line(
    tmp_path: Path, hooks: Path, environments: Path
) -> None:
    root = demo_copy(tmp_path)
    expected = findings(root)
    (root / ".git").rmdir()
    git(root, "init", "-q")
    revision = git(hooks, "rev-parse", "HEAD").strip()
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: looplint\n"
        "    args: [--output-format, concise]\n"
    )
    git(root, "add", "-A")
    done = pre_commit(root, environments, "run", "--all-files")
    said = re.findall(r"^(\S+?):(\d+):\d+: (LPL\d+)", done.stdout, re.MULTILINE)
    assert done.returncode == 1
    assert {(name, int(row), code) for name, row, code in said} == expected
