from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path


class Pinned:
    """Versions of which only the named ranges hold."""

    def __init__(self, *ranges: str) -> None:
        self.ranges = ranges

    def may_be(self, name: str, specifier: str) -> bool:
        return f"{name}{specifier}" in self.ranges


OLD = Pinned("pytest-asyncio>=0.19", "pytest-asyncio>=0.24", "pytest-asyncio>=0.26")


def settings(root: Path, files: dict[str, str], versions: Pinned | None = None) -> Settings:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_settings(root, versions)


AUTO = "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({}, "asyncio_mode=strict (pytest-asyncio default; no pytest configuration found)"),
        ({"pyproject.toml": AUTO}, "asyncio_mode=auto (pyproject.toml:2)"),
        ({"pyproject.toml": "\n" + AUTO.replace("\n", "\r\n")}, "asyncio_mode=auto (pyproject.toml:3)"),
        ({"pyproject.toml": "\ufeff" + AUTO}, "asyncio_mode=auto (pyproject.toml:2)"),
        (
            {"pyproject.toml": AUTO, "pytest.ini": ""},
            "asyncio_mode=strict (pytest-asyncio default; not set in pytest.ini)",
        ),
        (
            {"pyproject.toml": AUTO, ".pytest.ini": "[pytest]"},
            "asyncio_mode=strict (pytest-asyncio default; not set in .pytest.ini)",
        ),
        (
            {"pyproject.toml": AUTO, "tox.ini": "[pytest]\nasyncio_mode = strict"},
            "asyncio_mode=auto (pyproject.toml:2)",
        ),
        ({"pyproject.toml": "[project]", "tox.ini": "[pytest]\nasyncio_mode = auto"}, "asyncio_mode=auto (tox.ini:2)"),
        ({"tox.ini": "[testenv]", "setup.cfg": "[tool:pytest]\nasyncio_mode=auto"}, "asyncio_mode=auto (setup.cfg:2)"),
        (
            {"tox.ini": "[pytest]", "setup.cfg": "[tool:pytest]\nasyncio_mode=auto"},
            "asyncio_mode=strict (pytest-asyncio default; not set in tox.ini)",
        ),
        ({"pyproject.toml": "[tool.pytest]\nasyncio_mode = 'auto'"}, "asyncio_mode=auto (pyproject.toml:2)"),
        (
            {"pytest.ini": "", "pytest.toml": "[pytest]\nasyncio_mode = 'auto'"},
            "asyncio_mode=auto (pytest.toml:2)",
        ),
        (
            {"pytest.ini": "[pytest]\naddopts = -q\n  --asyncio-mode=auto\nasyncio_mode = strict"},
            "asyncio_mode=auto (addopts in pytest.ini:3)",
        ),
        (
            {"pyproject.toml": "[tool.pytest.ini_options]\naddopts = [\n'-q',\n'-o', 'asyncio_mode=auto',\n]"},
            "asyncio_mode=auto (addopts in pyproject.toml:4)",
        ),
        (
            {"pytest.ini": "[pytest]\nasyncio_mode = auto  # always"},
            "asyncio_mode=unknown (pytest.ini:2 sets 'auto  # always', which is not one of auto, strict)",
        ),
        (
            {"pyproject.toml": "[tool.pytest.ini_options]\nasyncio_mode = ['auto']"},
            "asyncio_mode=unknown (pyproject.toml:2 sets \"['auto']\", which is not one of auto, strict)",
        ),
        (
            {"pytest.ini": "[pytest]\nx"},
            "asyncio_mode=unknown (pytest.ini:2 cannot be read: unexpected line: 'x')",
        ),
        (
            {"setup.cfg": "[pytest]\nasyncio_mode = auto"},
            "asyncio_mode=unknown (setup.cfg has a section [pytest], which pytest refuses; its name is [tool:pytest])",
        ),
        (
            {"pyproject.toml": AUTO + "[tool.pytest]\nasyncio_mode = 'strict'"},
            "asyncio_mode=auto (pyproject.toml:2)",
        ),
    ],
)
def test_the_mode_in_force_and_its_origin(tmp_path: Path, files: dict[str, str], shown: str) -> None:
    assert str(settings(tmp_path, files).asyncio_mode) == shown


@pytest.mark.parametrize(
    ("files", "mode"),
    [
        ({"pyproject.toml": "[tool.pytest]\nasyncio_mode = 'auto'"}, "strict"),
        ({"pytest.toml": "[pytest]\nasyncio_mode = 'auto'"}, "strict"),
        ({"pytest.toml": "", "pytest.ini": "[pytest]\nasyncio_mode = auto"}, "auto"),
        ({".pytest.ini": "", "pyproject.toml": AUTO}, "auto"),
        ({"pytest.ini": "", "pyproject.toml": AUTO}, "strict"),
        ({"pytest.ini": "[pytest]\naddopts = -o asyncio_mode=auto"}, "strict"),
    ],
)
def test_older_pytest_does_not_read_native_toml(tmp_path: Path, files: dict[str, str], mode: str) -> None:
    assert settings(tmp_path, files, OLD).asyncio_mode.value == mode


def test_an_override_in_addopts_is_unknown_where_only_newer_pytest_reads_it(tmp_path: Path) -> None:
    either = Pinned("pytest>=9.1", "pytest<9.1", "pytest-asyncio>=0.19")
    found = settings(tmp_path, {"pytest.ini": "[pytest]\naddopts = -o asyncio_mode=auto"}, either)
    assert str(found.asyncio_mode) == (
        "asyncio_mode=unknown (addopts in pytest.ini:2 overrides it from pytest 9.1 on only)"
    )
    same = "[pytest]\naddopts = -o asyncio_mode=auto\nasyncio_mode = auto"
    assert settings(tmp_path, {"pytest.ini": same}, either).asyncio_mode.value == "auto"


def test_from_pytest_9_on_a_broken_hidden_file_stops_everything(tmp_path: Path) -> None:
    files = {"pytest.ini": "", "tox.ini": "[a]\n[a]\n"}
    assert not settings(tmp_path, files).asyncio_mode.known
    assert settings(tmp_path, files, OLD).asyncio_mode.value == "strict"


def test_broken_toml_makes_the_mode_unknown(tmp_path: Path) -> None:
    found = settings(tmp_path, {"pyproject.toml": "[tool.pytest.ini_options\n"})
    assert not found.asyncio_mode.known
    assert found.asyncio_mode.value is None
    assert "pyproject.toml cannot be read" in found.asyncio_mode.origin


def test_configuration_of_the_repository_governs_its_packages(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(AUTO, encoding="utf-8")
    found = settings(tmp_path / "packages" / "a", {"pyproject.toml": "[project]\nname = 'a'"})
    assert str(found.asyncio_mode) == "asyncio_mode=auto (../../pyproject.toml:2)"


def test_hidden_files_are_named(tmp_path: Path) -> None:
    files = {"pytest.ini": "", "pyproject.toml": AUTO, "tox.ini": "[testenv]", "setup.cfg": "[tool:pytest]"}
    found = settings(tmp_path, files)
    assert found.config_file == tmp_path / "pytest.ini"
    assert found.shadowed == (tmp_path / "pyproject.toml", tmp_path / "setup.cfg")


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"tox.ini": "[testenv]\ncommands =\n  pytest --asyncio-mode=auto"}, "tox.ini:3"),
        ({"noxfile.py": "session.run('pytest', '--asyncio-mode', 'auto')"}, "noxfile.py:1"),
        ({".github/workflows/ci.yml": "run: |\n  pytest -o asyncio_mode=auto"}, ".github/workflows/ci.yml:2"),
        ({"Makefile": "test:\n\tpytest --asyncio-mode auto"}, "Makefile:2"),
    ],
)
def test_a_mode_given_on_a_command_line_is_not_decidable(tmp_path: Path, files: dict[str, str], place: str) -> None:
    mode = settings(tmp_path, files).asyncio_mode
    assert (mode.value, mode.known) == (None, False)
    assert mode.origin == f"{place} gives --asyncio-mode on a command line"


def test_a_command_line_does_not_matter_where_the_configuration_decides(tmp_path: Path) -> None:
    files = {"pyproject.toml": AUTO, "Makefile": "test:\n\tpytest --asyncio-mode=strict"}
    assert settings(tmp_path, files).asyncio_mode.value == "auto"


def test_a_conftest_that_sets_the_mode_makes_it_unknown(tmp_path: Path) -> None:
    text = "def pytest_configure(config):\n    config.option.asyncio_mode = 'auto'\n"
    mode = settings(tmp_path, {"tests/conftest.py": text, "pyproject.toml": AUTO}).asyncio_mode
    assert str(mode) == "asyncio_mode=unknown (tests/conftest.py:2 sets config.option.asyncio_mode)"


def test_loop_scopes(tmp_path: Path) -> None:
    text = "[pytest]\nasyncio_default_fixture_loop_scope = session\nasyncio_default_test_loop_scope = Module\n"
    found = settings(tmp_path, {"pytest.ini": text})
    assert str(found.fixture_loop_scope) == "asyncio_default_fixture_loop_scope=session (pytest.ini:2)"
    assert found.test_loop_scope.value is None
    assert "'Module'" in found.test_loop_scope.origin
    assert str(read_settings(tmp_path, Pinned()).fixture_loop_scope) == (
        "asyncio_default_fixture_loop_scope=unset (pytest-asyncio reads it from 0.24 on)"
    )
    assert read_settings(tmp_path, Pinned()).test_loop_scope.value == "function"


def test_loop_scopes_unset(tmp_path: Path) -> None:
    found = settings(tmp_path, {})
    assert (found.fixture_loop_scope.value, found.fixture_loop_scope.known) == (None, True)
    assert not found.fixture_loop_scope.is_set
    assert found.test_loop_scope.value == "function"


def test_before_strict_was_the_default_the_mode_is_unknown(tmp_path: Path) -> None:
    assert not settings(tmp_path, {}, Pinned()).asyncio_mode.known


def test_other_settings(tmp_path: Path) -> None:
    text = """\
[pytest]
addopts = -p no:playwright -W error::ResourceWarning --strict-markers "a b"
testpaths = tests 'more tests'
python_files = check_*.py
filterwarnings =
    error
    ignore::DeprecationWarning
anyio_mode = auto
trio_mode = yes
"""
    found = settings(tmp_path, {"pytest.ini": text})
    assert found.addopts[-1] == "a b"
    assert found.testpaths == ["tests", "more tests"]
    assert found.python_files == ["check_*.py"]
    assert found.python_functions == ["test"]
    assert found.python_classes == ["Test"]
    assert found.pythonpath == []
    assert found.usefixtures == []
    assert found.filterwarnings == ["error", "ignore::DeprecationWarning", "error::ResourceWarning"]
    assert found.disabled_plugins == {"playwright"}
    assert found.enabled_plugins == frozenset()
    assert found.anyio_mode.value == "auto"
    assert found.trio_mode.value is True
    assert str(found.strict_markers) == "strict_markers=True (addopts in pytest.ini:2)"


def test_truth_values(tmp_path: Path) -> None:
    found = settings(tmp_path, {"pytest.ini": "[pytest]\nstrict_markers = true\ntrio_mode = perhaps\n"})
    assert found.strict_markers.value is True
    assert not found.trio_mode.known
    assert settings(tmp_path, {"pytest.ini": "[pytest]\n"}).strict_markers.value is False
