from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.config_file import ConfigFile, Kind, config_files, is_requirements_file, read_toml

if TYPE_CHECKING:
    from pathlib import Path


def test_the_files_of_a_root(tmp_path: Path) -> None:
    names = [
        "Pipfile", "pyproject.toml", "pytest.ini", "uv.lock", "requirements.txt", "requirements-dev.txt",
        "dev-requirements.in",
        "requirements/base.txt",
        "requirements/notes.md", "tests/requirements.txt", "pylock.dev.toml", "robots.txt",
        "docs/requirements.txt",
        "noxfile.py", "tox.toml", "environment.yml", "environment.lock.yml", "ci/environment-py312.yaml",
    ]  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    found = {file.path.relative_to(tmp_path).as_posix(): file.kind for file in config_files(tmp_path)}
    assert found == {
        "pyproject.toml": Kind.PYPROJECT,
        "pytest.ini": Kind.PYTEST_INI,
        "Pipfile": Kind.PIPFILE,
        "uv.lock": Kind.LOCK,
        "dev-requirements.in": Kind.REQUIREMENTS,
        "pylock.dev.toml": Kind.LOCK,
        "requirements-dev.txt": Kind.REQUIREMENTS,
        "requirements.txt": Kind.REQUIREMENTS,
        "requirements/base.txt": Kind.REQUIREMENTS,
        "tests/requirements.txt": Kind.REQUIREMENTS,
        "noxfile.py": Kind.NOXFILE,
        "tox.toml": Kind.TOX_TOML,
        "environment.yml": Kind.CONDA,
        "ci/environment-py312.yaml": Kind.CONDA,
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("requirements.txt", True),
        ("requirements_test.txt", True),
        ("test-requirements.txt", True),
        ("constraints.txt", True),
        ("requirements", False),
        ("nonrequirements.txt", False),
        ("requirementsx.txt", False),
    ],
)
def test_names_of_requirements_files(name: str, *, expected: bool) -> None:
    assert is_requirements_file("", name) is expected


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"a = 1\r\n", None),
        (b"\xef\xbb\xbfa = 1\n", None),
        (b"a = 1\na = 2\n", "is not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"\xff", "is not UTF-8: invalid start byte at byte 0"),
        (b"a = " + b"[" * 100_000, "is not valid TOML: "),
        (b"a = " + b"{a=" * 3_000, "is not valid TOML: "),
        (b"\x00", "is not valid TOML: "),
    ],
)
def test_broken_toml_is_one_clear_line(tmp_path: Path, raw: bytes, error: str | None) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(raw)
    data, message = read_toml(path)
    file = ConfigFile(path, Kind.PYPROJECT)
    if error is None:
        assert (data, message, file.data, file.error) == ({"a": 1}, None, {"a": 1}, None)
    else:
        assert data is None
        assert message is not None
        assert message.startswith(error)
        assert "\n" not in message
        assert (file.data, file.error, file.spans) == ({}, message, None)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    data, message = read_toml(tmp_path / "absent.toml")
    assert (data, message) == (None, "cannot be read: No such file or directory")
    assert ConfigFile(tmp_path, Kind.PYTEST_INI).error == "cannot be read: Is a directory"


def test_a_broken_ini_file_says_where(tmp_path: Path) -> None:
    path = tmp_path / "tox.ini"
    path.write_text("[a]\n[a]\n", encoding="utf-8")
    assert ConfigFile(path, Kind.TOX_INI).error == "cannot be read: duplicate section 'a' (at line 2)"


def test_the_source_of_a_file_has_the_same_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pytest.ini"
    path.write_bytes(b"\xef\xbb\xbf[pytest]\r\n")
    file = ConfigFile(path, Kind.PYTEST_INI)
    assert (file.shown, file.source.path) == ("pytest.ini", "pytest.ini")
    assert file.source.text == file.text == "[pytest]\r\n"


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("[project]\ndependencies = [\n{%- if cookiecutter.core -%}\n'a',\n{% endif %}\n]\n", True),
        ("[project.scripts]\r\n{{folder}} = '{{folder}}:run'\r\n", True),
        ("[project]\nname = '{{folder}}'\n", False),
        ("[project]\nname = '{{folder}}'\nversion = \n", False),
        ("[project\n", False),
    ],
)
def test_a_template_is_broken_where_something_is_filled_in(tmp_path: Path, text: str, *, template: bool) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text.encode())
    assert ConfigFile(path, Kind.PYPROJECT).is_template is template


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_requirements_files_are_read_by_their_byte_order_mark_as_pip_reads_them(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "requirements.txt"
    mark = "\ufeff" if encoding.endswith("-be") else ""
    path.write_bytes(f"{mark}pytest==8.0\r\n".encode(encoding))
    file = ConfigFile(path, Kind.REQUIREMENTS)
    assert (file.text, file.error) == ("pytest==8.0\r\n", None)
    assert file.source.text == file.text
    assert file.source.encode(file.text) == path.read_bytes()
    assert ConfigFile(path, Kind.PYTEST_INI).error == "is not UTF-8: invalid start byte at byte 0"


def test_a_broken_wide_requirements_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes("pytest".encode("utf-16")[:-1])
    assert ConfigFile(path, Kind.REQUIREMENTS).error == "is not UTF-16: truncated data at byte 12"


@pytest.mark.parametrize(
    ("raw", "error", "place"),
    [
        (b"import nox\n", None, (1, 1)),
        (b"\xef\xbb\xbfx = 1\r\n", None, (1, 1)),
        (b"# coding: latin-1\nx = '\xe9'\n", None, (1, 1)),
        (b"x = (\n", "syntax error: ", (1, 5)),
        (b"x = '\xe9'\n", "byte 0xe9 is not valid utf-8", (1, 6)),
        (b"x = 1\0\n", "source contains a NUL byte", (1, 6)),
        (b"x = " + b"(" * 100_000, "", (1, 1)),
    ],
)
def test_a_noxfile_is_python(tmp_path: Path, raw: bytes, error: str | None, place: tuple[int, int]) -> None:
    path = tmp_path / "noxfile.py"
    path.write_bytes(raw)
    file = ConfigFile(path, Kind.NOXFILE)
    assert (file.error is None) is (error is None) is (file.tree is not None)
    if error:
        assert file.error is not None
        assert file.error.startswith(error)
        assert file.error_place == place
    assert "\n" not in (file.error or "")


def test_a_broken_setup_py_is_none_of_our_business(tmp_path: Path) -> None:
    path = tmp_path / "setup.py"
    path.write_text("print 'python 2'\n", encoding="utf-8")
    file = ConfigFile(path, Kind.SETUP_PY)
    assert (file.error, file.tree) == (None, None)
