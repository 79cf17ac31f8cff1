from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from looplint import __version__
from looplint.cli import run

pytestmark = pytest.mark.usefixtures("fake_rules")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Looplint:
    """Runs a command line in this process."""

    def __init__(self, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capture = capfdbinary
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, stdin: bytes = b"") -> SimpleNamespace:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run(arguments)
        out, err = self._capture.readouterr()
        return SimpleNamespace(code=code, out=out.decode(), err=err.decode())


@pytest.fixture
def looplint(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Looplint:
    return Looplint(capfdbinary, monkeypatch)


def test_version(looplint: Looplint) -> None:
    assert looplint("--version").out == f"looplint {__version__}\n"


def test_clean(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("x = 1\n")
    for arguments in ((), (".",), ("test_a.py",)):
        done = looplint("check", *arguments)
        assert (done.code, done.out, done.err) == (0, "All checks passed!\n", "")


def test_nothing_to_check_is_said(looplint: Looplint) -> None:
    done = looplint("check")
    assert done.code == 0
    assert done.err == "warning: no Python files found under the given paths\n"


def test_text(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("import x\n\ny = 'spam'\nz = 'ham'\n")
    done = looplint("check")
    assert done.code == 1
    assert done.out == (
        "test_a.py:3:6: LPL101 [*] spam is written here\n"
        "  |\n"
        "1 | import x\n"
        "2 |\n"
        "3 | y = 'spam'\n"
        "  |      ^^^^\n"
        "4 | z = 'ham'\n"
        "  |\n"
        "  = rule: spam-written (error)\n"
        "  = safe fix: write eggs\n"
        "\n"
        "test_a.py:4:6: LPL102 ham is written here\n"
        "  |\n"
        "2 |\n"
        "3 | y = 'spam'\n"
        "4 | z = 'ham'\n"
        "  |      ^^^\n"
        "  |\n"
        "  = rule: ham-written (error)\n"
        "  = unsafe fix: write bacon\n"
        "\n"
        "Found 2 errors.\n"
        "[*] 1 fixable with `--fix` (1 more fix with `--unsafe-fixes`).\n"
    )


def test_concise_and_quiet(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam'\n")
    done = looplint("check", "--output-format", "concise", "-q")
    assert done.out == "test_a.py:1:6: LPL101 [*] spam is written here\n"
    assert done.code == 1


def test_fix_and_what_is_said_of_it(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam', 'ham'\n")
    done = looplint("check", "--fix", "--show-fixes", "--output-format=concise")
    assert done.code == 1
    assert done.out == (
        "test_a.py:1:14: LPL102 ham is written here\n"
        "Fixed 1 problem:\n- test_a.py:\n    1 x LPL101 (spam-written)\n"
        "Found 2 problems (1 fixed, 1 remaining).\n"
        "1 fix available with `--fix --unsafe-fixes`.\n"
    )
    done = looplint("check", "--fix", "--unsafe-fixes")
    assert (done.code, done.out) == (0, "Found 1 problem (1 fixed, 0 remaining).\n")
    assert (here / "test_a.py").read_text() == "y = 'eggs', 'bacon'\n"
    assert looplint("check", "--fix", "--exit-non-zero-on-fix").code == 0


def test_exit_non_zero_on_fix(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam'\n")
    assert looplint("check", "--fix", "--exit-non-zero-on-fix").code == 1


def test_diff(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_bytes(b"y = 'spam'\r\n")
    done = looplint("check", "--diff")
    assert done.code == 1
    assert done.out == "--- test_a.py\n+++ test_a.py\n@@ -1 +1 @@\n-y = 'spam'\r\n+y = 'eggs'\r\n"
    assert done.err == "Would fix 1 problem.\n"
    assert (here / "test_a.py").read_bytes() == b"y = 'spam'\r\n"
    (here / "test_a.py").write_text("y = 'ham'\n")
    done = looplint("check", "--diff")
    assert (done.code, done.out, done.err) == (0, "", "Nothing would be fixed.\n")


def test_rules_are_chosen_by_code_prefix_or_name(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam ham quiet'\n")

    def codes(*arguments: str) -> list[str]:
        out = looplint("check", "--output-format", "json", *arguments).out
        return [record["code"] for record in json.loads(out)]

    assert codes() == ["LPL101", "LPL102"]
    assert codes("--select", "spam-written, LPL2") == ["LPL101", "LPL203"]
    assert codes("--extend-select", "quiet-rule") == ["LPL101", "LPL102", "LPL203"]
    assert codes("--ignore", "LPL1", "--ignore", "LPL2") == []
    (here / "looplint.toml").write_text("ignore = ['LPL101']")
    assert codes() == ["LPL102"]
    assert codes("--isolated") == ["LPL101", "LPL102"]
    (here / "other.toml").write_text("ignore = ['LPL102']")
    assert codes("--config", "other.toml") == ["LPL101"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "spam-writen"), "unknown rule `spam-writen`; did you mean `spam-written`?"),
        (("--nonsense",), "No such option"),
        (("-j", "0"), "0 is not in the range"),
        (("--output-format", "xml"), "'xml' is not one of"),
        (("--config", "missing.toml"), "missing.toml: cannot be read: No such file or directory"),
        (("--config", "broken.toml"), "broken.toml:1: not valid TOML"),
        (("--isolated", "--config", "ok.toml"), "exclude each other"),
        (("-", "test_a.py"), "cannot be checked together with other paths"),
        (("-o", "no/such/dir"), "no/such/dir: cannot be written"),
    ],
)
def test_usage_errors_are_one_message_and_exit_2(
    looplint: Looplint, here: Path, arguments: tuple[str, ...], message: str
) -> None:
    (here / "broken.toml").write_text("=")
    (here / "ok.toml").write_text("")
    done = looplint("check", *arguments)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err


def test_a_missing_path_is_one_line_and_the_rest_is_checked(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam'\n")
    done = looplint("check", "missing.py", "test_a.py", "--output-format=concise")
    assert done.code == 2
    assert done.err == "missing.py: no such file or directory\n"
    assert "LPL101" in done.out


def test_a_broken_configuration_is_one_line(looplint: Looplint, here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.looplint]\nselekt = ['LPL1']\n")
    (here / "test_a.py").write_text("y = 'spam'\n")
    done = looplint("check", "-q", "--output-format=concise")
    assert done.code == 2
    assert done.err == ("pyproject.toml:2: unknown key `selekt` of looplint's configuration; did you mean `select`?\n")
    assert "LPL101" in done.out


def test_an_internal_error_exits_2_and_the_run_goes_on(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("raise_here\n")
    (here / "test_b.py").write_text("y = 'spam'\n")
    done = looplint("check", "--output-format=concise", "--exit-zero")
    assert done.code == 2
    assert "test_a.py:1:1: LPL000 rule raising-rule failed: RuntimeError: the first line" in done.out
    assert "test_b.py:1:6: LPL101" in done.out


def test_configuration_sets_what_options_leave_open(looplint: Looplint, here: Path) -> None:
    (here / "looplint.toml").write_text("fix = true\nunsafe-fixes = true\noutput-format = 'concise'")
    (here / "test_a.py").write_text("y = 'ham'\n")
    assert looplint("check", "--no-fix").out.startswith("test_a.py:1:6: LPL102 [*] ham")
    assert looplint("check", "--no-unsafe-fixes").code == 1
    assert looplint("check").code == 0
    assert (here / "test_a.py").read_text() == "y = 'bacon'\n"


def test_an_output_file(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam'\n")
    done = looplint("check", "-o", "report.json", "--output-format=json")
    assert done.out == ""
    assert json.loads((here / "report.json").read_text())[0]["code"] == "LPL101"
    (here / "test_a.py").write_text("")
    assert looplint("check", "-o", "report.json", "--output-format=json").code == 0
    assert (here / "report.json").read_text() == "[]\n"
    assert looplint("check", "-o", "report.json").code == 0
    assert (here / "report.json").read_text() == ""


def test_statistics(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam spam ham'\n")
    done = looplint("check", "--statistics", "-q")
    assert done.out == "2  LPL101  [*] spam-written\n1  LPL102  [ ] ham-written\n"
    records = json.loads(looplint("check", "--statistics", "--output-format=json").out)
    assert records[0] == {"code": "LPL101", "name": "spam-written", "count": 2, "fixable": True, "fixable_count": 2}


def test_noqa_can_be_disabled(looplint: Looplint, here: Path) -> None:
    (here / "test_a.py").write_text("y = 'spam'  # noqa\n")
    assert looplint("check").code == 0
    assert looplint("check", "--disable-noqa").code == 1


def test_standard_input(looplint: Looplint) -> None:
    done = looplint("check", "-", "--output-format=concise", "-q", stdin=b"y = 'spam'\n")
    assert (done.code, done.out) == (1, "-:1:6: LPL101 [*] spam is written here\n")
    done = looplint("check", "-", stdin=b"y = 'spam'\n")
    assert "1 | y = 'spam'\n  |      ^^^^\n" in done.out
    done = looplint("check", "-", "-q", "--output-format=concise", stdin=b"def broken(:\n")
    assert "-:1:12: LPL001 syntax error" in done.out


def test_standard_input_stands_for_a_file(looplint: Looplint, here: Path) -> None:
    (here / "sub").mkdir()
    (here / "sub/looplint.toml").write_text("ignore = ['LPL101']\nper-file-ignores = {'test_b.py' = ['LPL102']}")
    text = b"y = 'spam ham'\n"
    names = {"sub/test_a.py": ["LPL102"], "sub/test_b.py": [], "test_a.py": ["LPL101", "LPL102"]}
    for name, codes in names.items():
        done = looplint("check", "-", "--stdin-filename", name, "--output-format=json", stdin=text)
        records = json.loads(done.out)
        assert [record["code"] for record in records] == codes
        assert {record["filename"] for record in records} <= {name}


def test_standard_input_is_fixed_to_standard_output(looplint: Looplint) -> None:
    done = looplint("check", "--fix", "-", stdin=b"y = 'spam ham'\r\n")
    assert done.out == "y = 'eggs ham'\r\n"
    assert "Found 2 problems (1 fixed, 1 remaining)." in done.err
    for untouched in (b"x = 1\r\n", b"def broken(:\r\n", b"spam \xc3\xa9 nonsense (\n"):
        assert looplint("check", "--fix", "-", stdin=untouched).out == untouched.decode()
    done = looplint("check", "--diff", "-", "--stdin-filename=a.py", stdin=b"y = 'spam'\n")
    assert done.code == 1
    assert done.out.startswith("--- a.py\n+++ a.py\n")


def test_excluded_standard_input_passes_through(looplint: Looplint) -> None:
    arguments = ("check", "--fix", "--force-exclude", "-", "--stdin-filename", "build/test_a.py")
    done = looplint(*arguments, stdin=b"y = 'spam'\n")
    assert (done.code, done.out) == (0, "y = 'spam'\n")
    done = looplint("check", "--fix", "-", "--stdin-filename", "pyproject.toml", stdin=b"[spam]\n")
    assert (done.code, done.out) == (0, "[spam]\n")


def test_verbose_says_what_was_done(looplint: Looplint, here: Path) -> None:
    (here / "looplint.toml").write_text("")
    (here / "test_a.py").write_text("x = 1\n")
    done = looplint("check", "-v")
    assert re.fullmatch(
        r"checked 1 Python files in \d+\.\d\d s\nconfiguration: looplint.toml\nnot in the cache: \d\n", done.err
    )


def test_colours_when_they_are_forced(looplint: Looplint, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "test_a.py").write_text("y = 'spam [bold]not markup[/bold] \x1b[2J'\n")
    plain = looplint("check").out
    assert "\x1b" not in plain
    assert "\u241b[2J" in plain
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = looplint("check").out
    assert "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert looplint("check").out == plain


def test_names_that_are_no_text_can_be_printed(looplint: Looplint) -> None:
    name = os.fsdecode(b"test_\xff.py")
    Path(name).write_text("y = 'spam'\n")
    assert "test_\\udcff.py:1:6: LPL101" in looplint("check", "--output-format=concise").out
    (record,) = json.loads(looplint("check", "--output-format=json").out)
    assert Path(record["filename"]).name == name


def test_whatever_goes_wrong_is_one_line(looplint: Looplint, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ImportError("no luck\nat all")

    monkeypatch.setattr(sys.modules["looplint.cli.check"], "discover", fail)
    done = looplint("check")
    assert done.code == 2
    assert re.fullmatch(
        r"internal error: looplint failed: ImportError: no luck \(test_check.py:\d+\); please report it\n", done.err
    )
