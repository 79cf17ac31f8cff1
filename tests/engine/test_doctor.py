from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.engine.configuration import Configuration, Configurations
from looplint.engine.doctor import examine
from looplint.engine.examined import Where
from looplint.engine.run import forget

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.engine.examined import Examined, Package, RuleState

PYPROJECT = """\
[project]
name = "shop"
version = "1.0"
requires-python = ">=3.10,<3.13"
dependencies = ["anyio>=4"]

[project.optional-dependencies]
e2e = ["pytest-playwright>=0.7; python_version >= '3.10'"]

[dependency-groups]
dev = ["pytest>=8.2,<9", "pytest-asyncio>=1.0"]

[tool.pytest.ini_options]
asyncio_mode = "auto"
addopts = ["-p", "no:logfire", "--strict-markers"]

[tool.looplint]
select = ["LPL", "unmarked-async-test"]
ignore = ["LPL4", "mock-awaited"]
per-file-ignores = { "tests/legacy/*" = ["LPL3"] }
"""
LOCK = """\
version = 1

[[package]]
name = "pytest"
version = "7.4.4"

[[package]]
name = "pytest-asyncio"
version = "1.1.0"

[[package]]
name = "pytest-trio"
version = "0.8.0"

[[package]]
name = "idna"
version = "3.7"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    forget()
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(directory: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = directory / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def shop(directory: Path) -> None:
    write(
        directory,
        pyproject_dot_toml=PYPROJECT,
        uv_dot_lock=LOCK,
        tox_dot_ini="[pytest]\nasyncio_mode = strict\n",
        conftest_dot_py="import pytest\n",
        tests__conftest_dot_py="import pytest\n",
        tests__test_a_dot_py="def test_a():\n    pass\n",
        tests__legacy__test_b_dot_py="def test_b():\n    pass\n",
    )


def doctor(path: str) -> Examined:
    return examine(path, Configurations())


def package(found: Examined, name: str) -> Package:
    return next(one for one in found.packages if one.name == name)


def rule(found: Examined, code: str) -> RuleState:
    return next(one for one in found.rules if one.code == code)


def test_settings_with_their_places(here: Path) -> None:
    shop(here)
    found = doctor("tests/test_a.py")
    assert found.problems == ()
    assert found.subject.kind == "file"
    assert found.subject.test_file is True
    assert found.root.directory == str(here)
    assert found.root.by == ("pyproject.toml", "tox.ini")
    assert (found.pytest.file, found.pytest.shadowed, found.pytest.error) == ("pyproject.toml", ("tox.ini",), None)
    settings = {setting.name: setting for setting in found.settings}
    assert settings["asyncio_mode"].value == "auto"
    assert settings["asyncio_mode"].where == Where(file="pyproject.toml", row=14)
    unset = settings["asyncio_default_fixture_loop_scope"]
    assert (unset.value, unset.known, unset.where) == (None, True, None)
    assert unset.origin == "pytest-asyncio default; not set in pyproject.toml"
    assert settings["asyncio_default_test_loop_scope"].value == "function"
    assert settings["strict_markers"].value is True
    (option,) = found.plugin_options
    assert (option.name, option.enabled, str(option.where)) == ("logfire", False, "pyproject.toml:15")
    assert [one.file for one in found.conftests] == ["tests/conftest.py", "conftest.py"]
    assert (found.pythons.declared, str(found.pythons.where)) == (">=3.10,<3.13", "pyproject.toml:4")
    assert found.pythons.releases == ("3.10", "3.11", "3.12")
    assert "uv.lock" in found.files


def test_versions_declared_allowed_and_locked(here: Path) -> None:
    shop(here)
    found = doctor(".")
    assert [one.name for one in found.packages] == [
        "pytest", "pytest-asyncio", "anyio", "pytest-playwright", "pytest-trio",
    ]  # fmt: skip
    pytest_ = package(found, "pytest")
    assert (pytest_.oldest, pytest_.newest) == ("8.2.0", "8.4.2")
    assert [(str(one.where), one.text, one.kind, one.group) for one in pytest_.asked] == [
        ("pyproject.toml:11", "pytest>=8.2,<9", "group", "dependency-groups.dev")
    ]
    assert [(str(pin.where), pin.version, pin.stale) for pin in pytest_.locked] == [("uv.lock:4", "7.4.4", True)]
    plugin = package(found, "pytest-asyncio")
    assert (plugin.oldest, plugin.newest, plugin.locked[0].stale) == ("1.1.0", "1.1.0", False)
    browser = package(found, "pytest-playwright")
    assert browser.asked[0].marker == 'python_version >= "3.10"'
    assert (browser.oldest, browser.newest, browser.locked) == (None, None, ())
    left = package(found, "pytest-trio")
    assert (left.asked, left.locked[0].version) == ((), "0.8.0")
    (pairing,) = found.pairings
    assert (pairing.installation, pairing.pytest, pairing.works) == ("the default install", "8.4.2", True)


def test_what_environments_install(here: Path) -> None:
    write(
        here,
        noxfile_dot_py="@session\ndef tests(s):\n\n    s.install('pytest==8.4.2', 'pytest-asyncio==0.21.1')\n",
        tox_dot_ini="[testenv]\ndeps = -r more/list.txt\n",
        more__list_dot_txt="pytest==8.4.2\npytest-asyncio==0.26.0\n",
        environment_dot_yml="dependencies:\n- pytest=8.2\n- pytest-asyncio=0.21.1\n",
    )
    found = doctor(".")
    asked = [(one.text, one.kind, one.group, one.where) for one in package(found, "pytest-asyncio").asked]
    assert asked == [
        ("pytest-asyncio==0.21.1", "environment", "session.tests", Where(file="noxfile.py", row=4)),
        ("pytest-asyncio=0.21.1", "environment", "environment.yml.dependencies", Where(file="environment.yml", row=3)),
        ("pytest-asyncio==0.26.0", "file", "list.txt", Where(file="more/list.txt", row=2)),
    ]
    assert [(one.installation, one.pytest, one.works) for one in found.pairings] == [
        ("tox environment py", "8.4.2", True),
        ("nox session tests", "8.4.2", False),
        ("environment.yml", "8.2.2", False),
    ]


def test_rules_and_why(here: Path) -> None:
    shop(here)
    found = doctor("tests/legacy/test_b.py")
    assert rule(found, "LPL000").reason == "always on"
    assert (rule(found, "LPL101").state, rule(found, "LPL101").reason) == ("on", '`select` has "LPL" in pyproject.toml')
    assert rule(found, "LPL203").state == "on"
    assert rule(found, "LPL401").reason == '`ignore` has "mock-awaited" in pyproject.toml'
    assert rule(found, "LPL402").reason == '`ignore` has "LPL4" in pyproject.toml'
    assert rule(found, "LPL402").state == "off"
    assert rule(found, "LPL303").reason == '`per-file-ignores` has "tests/legacy/*"'
    strict_only = rule(found, "LPL201")
    assert strict_only.state == "silent"
    assert strict_only.reason == "reports in strict mode only; asyncio_mode=auto (pyproject.toml:14)"
    assert rule(doctor("tests/test_a.py"), "LPL303").state == "silent"
    assert rule(doctor("tests/legacy"), "LPL303").state == "silent"
    assert rule(found, "LPL903").reason == "nothing asks for pytest-playwright-asyncio"


def test_what_is_not_selected(here: Path) -> None:
    write(here, looplint_dot_toml='select = ["LPL1"]\nextend-select = ["LPL203"]\n')
    found = doctor("test_new.py")
    assert found.configuration.file == "looplint.toml"
    assert found.configuration.select == ("LPL1",)
    assert rule(found, "LPL201").reason == "not among `select` in looplint.toml"
    assert rule(found, "LPL203").reason == '`extend-select` has "LPL203" in looplint.toml'
    isolated = examine(".", Configurations(fixed=Configuration(directory=str(here))))
    assert rule(isolated, "LPL203").reason == "off by default"


def test_no_configuration_and_an_absent_path(here: Path) -> None:
    found = doctor("tests/test_new.py")
    assert found.problems == ()
    assert (found.subject.kind, found.subject.test_file) == ("absent", True)
    assert (found.root.directory, found.root.by, found.root.repository) == (str(here), (), True)
    assert found.pytest.file is None
    assert found.settings[0].origin == "pytest-asyncio default; no pytest configuration found"
    assert [one.name for one in found.packages] == ["pytest", "pytest-asyncio"]
    assert found.packages[1].origin == "not declared; newest known release"
    assert (found.pairings, found.conftests, found.files) == ((), (), ())
    assert (found.pythons.declared, found.pythons.where) == (None, None)
    assert rule(found, "LPL203").state == "off"


WORKSPACE = """\
[dependency-groups]
dev = ["pytest-asyncio==0.24.0"]
[tool.pytest.ini_options]
asyncio_mode = "auto"
"""


def test_a_package_of_a_monorepo_looks_upward(here: Path) -> None:
    write(
        here,
        pyproject_dot_toml=WORKSPACE,
        uv_dot_lock=LOCK,
        packages__api__pyproject_dot_toml='[project]\nname = "api"\nversion = "1"\nrequires-python = ">=3.12"\n',
        packages__api__tests__test_a_dot_py="",
        packages__web__pytest_dot_ini="[pytest]\nasyncio_mode = strict\n",
    )
    api = doctor("packages/api/tests/test_a.py")
    assert api.root.directory == str(here / "packages" / "api")
    assert api.pytest.file == "../../pyproject.toml"
    assert str(api.settings[0].where) == "../../pyproject.toml:4"
    assert str(package(api, "pytest-asyncio").asked[0].where) == "../../pyproject.toml:2"
    assert package(api, "pytest-asyncio").locked[0].stale
    assert api.pythons.releases[0] == "3.12"
    web = doctor("packages/web")
    assert (web.settings[0].value, str(web.settings[0].where)) == ("strict", "pytest.ini:2")


BROKEN = {
    "pyproject.toml": ("[project\n", "pyproject.toml: is not valid TOML"),
    "pytest.ini": ("asyncio_mode = auto\n", "pytest.ini: cannot be read"),
    "uv.lock": ("<<<<<<< HEAD\nversion = 1\n", "uv.lock: has conflict markers of a merge (at line 1)"),
    "conftest.py": ("def :\n", "conftest.py: "),
    "test_x.py": ("async def\n", "test_x.py: "),
    "looplint.toml": ("selekt = []\n", "looplint.toml:1: unknown key `selekt`"),
    "setup.cfg": ("[pytest]\nasyncio_mode = auto\n", "pytest does not start: setup.cfg has a section [pytest]"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_line(here: Path, name: str) -> None:
    text, start = BROKEN[name]
    (here / name).write_text(text)
    found = doctor("test_x.py")
    assert [line[: len(start)] for line in found.problems] == [start]
    assert "\n" not in found.problems[0]
    assert len(found.rules) > 60
    assert len(found.settings) == 6


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"\x00" * 10, b"[" * 5000, b"", b"\xef\xbb\xbf[project]\r\n"])
def test_hostile_files_do_not_stop_it(here: Path, raw: bytes) -> None:
    for name in ("pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", "uv.lock", "requirements.txt", "conftest.py"):
        (here / name).write_bytes(raw)
    found = doctor("conftest.py")
    assert not any("\n" in line or "internal error" in line for line in found.problems), found.problems
    assert len(found.rules) > 60


def test_a_failure_of_looplint_itself_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_project: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("looplint.engine.doctor.packages", fail)
    shop(here)
    found = doctor(".")
    assert found.packages == ()
    (line,) = found.problems
    assert line.startswith("internal error: doctor failed: RuntimeError: two (")
    assert len(found.settings) == 6


def test_excluded_and_other_files(here: Path) -> None:
    write(here, looplint_dot_toml='extend-exclude = ["generated"]\n', generated__test_a_dot_py="", app_dot_py="")
    assert doctor("generated/test_a.py").subject.excluded
    assert doctor("app.py").subject.test_file is False
    assert doctor(".").subject.test_file is None
    assert not doctor(".").subject.excluded
