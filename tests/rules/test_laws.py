"""What holds for every rule and every case below `fixtures/`, found by looking, never listed by hand."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from support.cases import all_cases, cases_of, rule_folders
from support.edited import with_tabs
from support.linting import contents, lint, place, places, relative, settings_of

from looplint.rules import all_rules, find_rule
from looplint.rules.rule import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.cases import Case
    from support.linting import Setting

    from looplint.rules.rule import Rule

RULES = {rule.name: rule for rule in all_rules()}
CASES = [case for case in all_cases() if case.rule in RULES]
BAD = [setting for case in CASES if case.kind == "bad" for setting in settings_of(case)]
GOOD = [setting for case in CASES if case.kind == "good" for setting in settings_of(case)]
REPORTED = [setting for setting in BAD if setting.entry.reported]
FILES = [setting for setting in REPORTED if not setting.case.is_folder]

LAYOUTS: dict[str, Callable[[bytes], bytes]] = {
    "crlf": lambda raw: raw.replace(b"\n", b"\r\n"),
    "bom": lambda raw: b"\xef\xbb\xbf" + raw,
    "tabs": lambda raw: with_tabs(raw.decode()).encode(),
    "no final newline": lambda raw: raw.removesuffix(b"\n"),
    "form feed": lambda raw: re.sub(rb"^(?=@|def |async def |class )", b"\x0c", raw, flags=re.MULTILINE),
}
KEEPS_FIXES = [name for name in LAYOUTS if name != "form feed"]
"""libcst drops some form feeds: where it does, a finding comes without a fix."""


def code_of(case: Case) -> str:
    return RULES[case.rule].code


def by_rule() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", list(RULES.values()), ids=lambda rule: rule.name)


def by_setting(settings: list[Setting]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("setting", settings, ids=lambda setting: setting.name)


def test_every_folder_belongs_to_a_rule() -> None:
    assert {folder.name for folder in rule_folders()} == set(RULES)


def test_codes_and_names_are_unique_and_of_the_right_form() -> None:
    codes = [rule.code for rule in RULES.values()]
    assert len(codes) == len(set(codes)) == len(all_rules())
    assert all(re.fullmatch(r"LPL[1-9]\d\d", code) for code in codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in RULES)


@by_rule()
def test_a_rule_lies_where_its_name_says(rule: Rule) -> None:
    check = rule.check or rule.check_config
    assert check is not None
    module = check.__module__
    assert re.fullmatch(rf"looplint\.rules\.[a-z_]+\.{rule.name.replace('-', '_')}", module)
    assert find_rule(rule.name) is rule is find_rule(rule.code)


@by_rule()
def test_a_rule_is_documented(rule: Rule) -> None:
    assert tuple(rule.documentation.sections) == SECTIONS
    assert all(rule.documentation.sections.values())
    first, second = rule.doc.strip().split("\n", 2)[:2]
    assert second == ""
    assert 10 < len(first) <= 120


@by_rule()
def test_a_rule_has_evidence(rule: Rule) -> None:
    cases = cases_of(rule.name)
    kinds = [case.kind for case in cases]
    assert "bad" in kinds
    assert "good" in kinds
    names = {case.name for case in cases}
    assert set(cases[0].evidence.tables) <= names | {"bad", "good", "fixed"}
    assert all(f"bad_{name[6:]}" in names for name in names if name.startswith("fixed_"))
    assert all(case.expected() for case in cases if case.kind == "bad")
    assert not any(case.expected() for case in cases if case.kind != "bad")


@pytest.mark.parametrize("case", [c for c in CASES if c.kind == "bad"], ids=lambda case: f"{case.rule}/{case.name}")
def test_the_words_let_bad_files_through(case: Case) -> None:
    rule = RULES[case.rule]
    files = case.files()
    assert all(rule.may_fire(files[name]) for name, _, _ in case.expected() if name.endswith(".py"))


@by_setting(BAD)
def test_bad_is_reported_at_the_marked_places_only(setting: Setting, tmp_path: Path) -> None:
    place(setting, tmp_path)
    found = lint(tmp_path, select=code_of(setting.case)).findings
    expected = setting.case.expected() if setting.entry.reported else []
    assert places(found, tmp_path) == expected, [finding.message for finding in found]
    if setting.entry.severity and expected:
        assert {finding.severity.value for finding in found} == {setting.entry.severity}


@by_setting(GOOD)
def test_good_has_no_finding_of_any_rule(setting: Setting, tmp_path: Path) -> None:
    place(setting, tmp_path)
    own = setting.case.files()
    found = [finding for finding in lint(tmp_path).findings if relative(finding, tmp_path) in own]
    assert not found, [f"{finding.start.row}: {finding.code} {finding.message}" for finding in found]


@by_setting(REPORTED)
def test_fixed_is_what_the_fix_writes(setting: Setting, tmp_path: Path) -> None:
    case = setting.case
    place(setting, tmp_path)
    outcome = lint(tmp_path, select=code_of(case), fix="unsafe")
    assert not outcome.problems
    files = (case.fixed or case).files()
    assert contents(tmp_path, list(files)) == files
    assert not [name for name in case.files() if name not in files and (tmp_path / name).exists()]
    if case.fixed is not None:
        assert not outcome.findings, [f"{finding.start.row}: {finding.message}" for finding in outcome.findings]
    lint(tmp_path, select=code_of(case), fix="unsafe")
    assert contents(tmp_path, list(files)) == files


@by_setting(REPORTED)
def test_safe_fixes_alone_leave_a_file_that_parses_and_is_stable(setting: Setting, tmp_path: Path) -> None:
    place(setting, tmp_path)
    names = list(setting.case.files())
    assert not lint(tmp_path, select=code_of(setting.case), fix="safe").problems
    names = [name for name in names if (tmp_path / name).exists()]
    once = contents(tmp_path, names)
    for name, raw in once.items():
        if name.endswith(".py"):
            ast.parse(raw)
    lint(tmp_path, select=code_of(setting.case), fix="safe")
    assert contents(tmp_path, names) == once


@pytest.mark.parametrize("layout", LAYOUTS)
@by_setting(FILES)
def test_findings_stand_in_the_same_rows_in_any_layout(setting: Setting, layout: str, tmp_path: Path) -> None:
    place(setting, tmp_path)
    rewrite(tmp_path / setting.case.file_name, LAYOUTS[layout])
    found = lint(tmp_path, select=code_of(setting.case)).findings
    assert places(found, tmp_path) == setting.case.expected()


@pytest.mark.parametrize("layout", KEEPS_FIXES)
@by_setting(FILES)
def test_bytes_outside_of_fixes_stay_in_any_layout(setting: Setting, layout: str, tmp_path: Path) -> None:
    case = setting.case
    place(setting, tmp_path)
    rewrite(tmp_path / case.file_name, LAYOUTS[layout])
    lint(tmp_path, select=code_of(case), fix="unsafe")
    (expected,) = (case.fixed or case).files().values()
    assert (tmp_path / case.file_name).read_bytes() == LAYOUTS[layout](expected)


@by_setting(FILES)
def test_a_comment_silences_each_finding(setting: Setting, tmp_path: Path) -> None:
    case = setting.case
    place(setting, tmp_path)
    rows = {row for _, row, _ in case.expected()}
    lines = (tmp_path / case.file_name).read_text().splitlines()
    silenced = [f"{line}  # noqa: {code_of(case)}" if row in rows else line for row, line in enumerate(lines, 1)]
    (tmp_path / case.file_name).write_text("\n".join(silenced) + "\n")
    assert lint(tmp_path, select=code_of(case)).findings == []


def test_messages_are_sentences_of_their_own_rule(tmp_path: Path) -> None:
    said: dict[str, str] = {}
    for number, setting in enumerate(REPORTED):
        directory = tmp_path / str(number)
        directory.mkdir()
        for finding in lint(place(setting, directory), select=code_of(setting.case)).findings:
            assert said.setdefault(finding.message, finding.code) == finding.code
    for message in said:
        assert "\n" not in message
        assert not message.endswith(".")
        assert message.startswith("`") or not message.split()[0].istitle(), message


def rewrite(path: Path, layout: Callable[[bytes], bytes]) -> None:
    path.write_bytes(layout(path.read_bytes()))
