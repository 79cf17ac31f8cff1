from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from looplint.engine.configuration import Configuration, ConfigurationError, Configurations, load
from looplint.engine.selection import Layer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("fake_rules")


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def test_a_pyproject_without_the_table_says_nothing(tmp_path: Path) -> None:
    assert load(write(tmp_path / "pyproject.toml", "[project]\nname = 'looplint-user'\n")) is None
    assert load(write(tmp_path / "pyproject.toml", "[project]\nname = broken")) is None


def test_all_keys(tmp_path: Path) -> None:
    text = """
        [tool.looplint]
        select = ["LPL1"]
        extend-select = ["quiet-rule"]
        ignore = ["LPL102"]
        extend-ignore = ["LPL101"]
        exclude = ["legacy"]
        extend-exclude = ["generated/**"]
        respect-gitignore = false
        force-exclude = true
        fix = true
        unsafe-fixes = true
        output-format = "concise"
        extend-safe-fixes = ["ham-written"]
        extend-unsafe-fixes = ["LPL101"]
        [tool.looplint.per-file-ignores]
        "tests/slow/*" = ["LPL1"]
        "!tests/*" = ["quiet-rule"]
    """
    configuration = load(write(tmp_path / "pyproject.toml", text))
    assert configuration is not None
    assert configuration.rules.codes == {"LPL000", "LPL203"}
    assert configuration.exclude == ("legacy", "generated/**")
    assert not configuration.respect_gitignore
    assert configuration.force_exclude
    assert configuration.fix
    assert configuration.unsafe_fixes
    assert configuration.output_format == "concise"
    assert configuration.ignored_codes(str(tmp_path / "tests/slow/a.py")) == {"LPL101", "LPL102"}
    assert configuration.ignored_codes(str(tmp_path / "app/a.py")) == {"LPL203"}
    assert configuration.ignored_codes(str(tmp_path / "tests/a.py")) == set()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.looplint]\n\nselekt = []", r"pyproject.toml:3: unknown key `selekt`.*did you mean `select`\?"),
        ("[tool.looplint]\nselect = 'LPL1'", r":2: `select` must be a list of strings"),
        ("[tool.looplint]\nselect = [1]", r":2: `select` must be a list of strings"),
        ("[tool.looplint]\nfix = 1", r":2: `fix` must be true or false"),
        ("[tool.looplint]\nignore = [\n'spam-writen']", r":2: `ignore`: unknown rule `spam-writen`; did you mean"),
        ("[tool.looplint]\noutput-format = 'xml'", r":2: `output-format` must be one of text, concise"),
        ("[tool.looplint]\nper-file-ignores = []", r":2: `per-file-ignores` must be a table"),
        ("[tool.looplint.per-file-ignores]\n'a' = ['LPL999']", r":1: `per-file-ignores`: unknown rule `LPL999`"),
        ("[tool.looplint]\nexclude = ['[z-a]']", r":2: `exclude` invalid file pattern '\[z-a\]'"),
        ("[tool.looplint]\nclients = 3", r":2: `clients` must be a table of classes"),
        (
            "[tool.looplint]\n[tool.looplint.clients.'acme.Client']\nkind = 'sync'\nbloking = ['get']",
            r":4: `clients`: `acme.Client`: unknown key `bloking`; did you mean `blocking`\?",
        ),
        (
            "[tool.looplint.clients]\n\n'acme.Client' = { kind = 'both' }",
            r":3: `clients`: `acme.Client`: `kind` must be one of sync, async",
        ),
        (
            "[tool.looplint.clients.acme.Client]\ntwin = 'acme.AsyncClient'",
            r":1: `clients`: `acme.Client`: `kind` must be given",
        ),
        ("[tool]\nlooplint = 3", r":2: `tool.looplint` must be a table"),
        ("[tool.looplint]\nselect = [", r":2: not valid TOML"),
        ("[tool.looplint]\nfix = true\nfix = true", r":3: not valid TOML"),
        ("looplint = " + "[" * 5000, r"not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "pyproject.toml", text)
    with pytest.raises(ConfigurationError, match=message) as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "looplint.toml"
    path.write_bytes(b"fix = true\n# \xff\n")
    with pytest.raises(ConfigurationError, match=r"looplint.toml:2: byte 0xff is not valid utf-8"):
        load(str(path))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(str(tmp_path / "looplint.toml"))


def test_the_nearest_configuration_wins_and_tables_elsewhere_do_not_stop_the_search(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.looplint]\nselect = ['LPL101']")
    write(tmp_path / "package/pyproject.toml", "[project]\nname = 'x'")
    write(tmp_path / "other/looplint.toml", "select = ['LPL102']")
    found = Configurations()
    assert found.of(str(tmp_path / "package/tests")).rules.codes == {"LPL000", "LPL101"}
    assert found.of(str(tmp_path / "other/deep/er")).rules.codes == {"LPL000", "LPL102"}
    assert found.of(str(tmp_path)) is found.of(str(tmp_path / "package"))
    assert found.problems == []


def test_the_command_line_lies_on_top(tmp_path: Path) -> None:
    write(tmp_path / "looplint.toml", "select = ['LPL101']")
    found = Configurations(layer=Layer(extend_select=("LPL102",)))
    assert found.of(str(tmp_path)).rules.codes == {"LPL000", "LPL101", "LPL102"}
    fixed = Configurations(fixed=Configuration(directory="/"), layer=Layer(select=("LPL102",)))
    assert fixed.of(str(tmp_path)).rules.codes == {"LPL000", "LPL102"}


def test_a_broken_configuration_is_one_problem_and_what_lies_above_governs(tmp_path: Path) -> None:
    write(tmp_path / "looplint.toml", "select = ['LPL101']")
    write(tmp_path / "broken/pyproject.toml", "[tool.looplint]\nwhat = 1")
    found = Configurations()
    assert found.of(str(tmp_path / "broken/a")).rules.codes == {"LPL000", "LPL101"}
    found.of(str(tmp_path / "broken"))
    found.of(str(tmp_path / "broken/b"))
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("integration-tests = 1", "`integration-tests` must be a table with `marks`, `paths`, `clients`"),
        ("integration-tests = { mark = [] }", "`integration-tests` has no key `mark`; did you mean `marks`?"),
        ("integration-tests = { marks = 'slow' }", "`integration-tests` has `marks`, which must be a list of strings"),
        ("integration-tests = { paths = [1] }", "`integration-tests` has `paths`, which must be a list of strings"),
    ],
)
def test_integration_tests_are_checked(tmp_path: Path, value: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(problem)) as raised:
        load(write(tmp_path / "looplint.toml", f"select = ['LPL1']\n{value}\n"))
    assert "looplint.toml:2: " in str(raised.value)


def test_integration_tests(tmp_path: Path) -> None:
    text = "[tool.looplint.integration-tests]\nmarks = ['live']\nextend-paths = ['contracts']\nclients = ['app.Llm']\n"
    assert load(write(tmp_path / "pyproject.toml", text)) is not None
