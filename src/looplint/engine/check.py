"""One file -> findings: words gate, facts, rules, suppression. A rule that fails costs one finding, not the run."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from looplint.engine.own_rules import INTERNAL_ERROR, UNREADABLE, own_finding
from looplint.engine.selection import codes_of
from looplint.model.finding import Applicability, Finding, Position
from looplint.model.records import dataclass
from looplint.model.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from looplint.engine.configuration import Configuration
    from looplint.engine.plain import Marked
    from looplint.model.source import Source
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.rules.rule import Rule

_TEST_FILE = re.compile(r"test_.*\.py|.*_test\.py|conftest\.py", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file under check: where it is, and what governs it."""

    path: str
    """As shown."""
    absolute: str | None
    """None for text that is no file, such as a nameless standard input."""
    configuration: Configuration
    parse_always: bool = False
    """Report a syntax error even where no rule is interested."""


def is_test_name(path: str) -> bool:
    """Is this the name of a test file or a conftest.py, by pytest's default patterns?"""
    return _TEST_FILE.fullmatch(os.path.basename(path)) is not None


def unreadable(path: str, error: SourceError) -> Finding:
    """The finding for a file that cannot be read, decoded or parsed."""
    return own_finding(UNREADABLE, path, error.message, Position(max(error.row, 1), max(error.column, 1)))


def internal_error(path: str, what: str, error: BaseException) -> Finding:
    """The finding for a failure of looplint itself: what failed, one line of the error, and where it was raised."""
    line = next(iter(str(error).strip().splitlines()), "")
    told = f"{type(error).__name__}: {line}" if line else type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace is not None else ""
    return own_finding(INTERNAL_ERROR, path, f"{what} failed: {told}{place}")


def _guarded(rule: Rule, path: str, run: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    found: list[Finding] = []
    try:
        found.extend(run())
    except Exception as error:  # noqa: BLE001 - the rule is at fault, whatever it raised; the others go on
        found.append(internal_error(path, f"rule {rule.name}", error))
    return iter(found)


def project_at(absolute: str | None) -> Project:
    """The project that governs a file, the working directory's for text that is no file."""
    from pathlib import Path

    from looplint.project import Project

    return Project.for_path(Path(absolute) if absolute is not None else Path.cwd())


def _is_test_code(absolute: str | None) -> bool:
    """Is a file test code, or may it be: where the project cannot be read, the rules will say so."""
    if absolute is None:
        return True
    from pathlib import Path

    try:
        return project_at(absolute).is_test_code(Path(absolute))
    except Exception:  # noqa: BLE001 - as for a rule
        return True


def run_rules(source: Source, absolute: str | None, rules: Iterable[Rule]) -> list[Finding]:
    """All that these rules say about a file, nothing suppressed. Never raises."""
    from pathlib import Path

    try:
        project = project_at(absolute)
        module = project.open(source, Path(absolute) if absolute is not None else None)
    except SourceError as error:
        return [unreadable(source.path, error)]
    except Exception as error:  # noqa: BLE001 - as for a rule: this file is lost, the others are not
        return [internal_error(source.path, "reading the project", error)]
    found: list[Finding] = []
    for rule in rules:
        check = rule.check
        if check is not None:
            found += _guarded(rule, source.path, lambda check=check: check(module, project))  # type: ignore[misc]
    project.close(module)
    return found


def check_source(source: Source, place: Place, *, noqa: bool = True) -> list[Finding]:
    """The findings of one Python file, sorted, without what is suppressed. Never raises."""
    suspects = place.configuration.rules.suspects(source.raw, partial(_is_test_code, place.absolute))
    found = _check(source, place, suspects)
    return shown(marked(found, source), place, noqa=noqa)


def _check(source: Source, place: Place, suspects: list[Rule]) -> list[Finding]:
    if suspects:
        _know_clients(place)
        return run_rules(source, place.absolute, suspects)
    error = _syntax_error(source, place.absolute) if place.parse_always or is_test_name(place.path) else None
    return [] if error is None else [unreadable(source.path, error)]


def _know_clients(place: Place) -> None:
    """The catalogue, and the clients of the configuration that governs the file."""
    from looplint.knowledge.clients import use_own

    use_own(place.configuration.clients)


def _syntax_error(source: Source, absolute: str | None) -> SourceError | None:
    """What is wrong with a file that no rule is interested in."""
    from pathlib import Path

    from looplint.model.parsing import syntax_error
    from looplint.project.project import is_parsed

    return None if absolute is not None and is_parsed(source, Path(absolute)) else syntax_error(source)


def check_bytes(raw: bytes, place: Place) -> tuple[list[Marked], Source | None]:
    """All that is found in a file of these bytes; the source is None where it was not needed or cannot be decoded."""
    suspects = place.configuration.rules.suspects(raw, partial(_is_test_code, place.absolute))
    if not (suspects or place.parse_always or is_test_name(place.path)):
        return [], None
    from looplint.model.source import Source

    try:
        source = Source.from_bytes(raw, place.path)
    except SourceError as error:
        return marked([unreadable(place.path, error)], None), None
    return marked(_check(source, place, suspects), source), source


def check_configuration(file: ConfigFile, project: Project, place: Place) -> list[Marked]:
    """All that is found in one configuration file. Never raises."""
    if file.is_template:
        return []
    if file.error is not None:
        return marked([own_finding(UNREADABLE, place.path, file.error, Position(*file.error_place))], None)
    _know_clients(place)
    found: list[Finding] = []
    for rule in place.configuration.rules.configuration_rules:
        check = rule.check_config
        if check is not None:
            found += _guarded(rule, place.path, lambda check=check: check(file, project))  # type: ignore[misc]
    try:
        source = file.source if found else None
    except SourceError:
        source = None
    return marked(found, source)


def marked(found: Iterable[Finding], source: Source | None) -> list[Marked]:
    """Sorted, each once, with whether a comment in the source silences it."""
    return [
        (finding, finding.code != INTERNAL_ERROR.code and source is not None and _silenced(source, finding))
        for finding in sorted(dict.fromkeys(found), key=lambda finding: finding.sort_key)
    ]


def shown(found: Iterable[Marked], place: Place, *, noqa: bool = True) -> list[Finding]:
    """Without what the configuration, or with `noqa` a comment suppresses; applicabilities as configured."""
    configuration = place.configuration
    ignored = configuration.ignored_codes(place.absolute) if place.absolute is not None else frozenset()
    on = configuration.rules.codes
    kept = []
    for finding, silenced in found:
        internal = finding.code == INTERNAL_ERROR.code
        if (silenced and noqa) or (not internal and (finding.code in ignored or finding.code not in on)):
            continue
        kept.append(_with_applicability(finding, configuration))
    return kept


def _silenced(source: Source, finding: Finding) -> bool:
    try:
        return source.noqa.file_skipped or source.noqa.suppresses(finding.start.row, finding.code)
    except Exception:  # noqa: BLE001 - a comment that cannot be read silences nothing
        return False


def _with_applicability(finding: Finding, configuration: Configuration) -> Finding:
    """With the fix that can really be applied, as safe as the configuration says."""
    fix = finding.fix
    if fix is None:
        return finding
    if fix.edits:
        from looplint.model.edits import settle

        fix = settle(fix)
    if fix.applicability is Applicability.UNSAFE and finding.code in codes_of(configuration.extend_safe_fixes):
        fix = replace(fix, applicability=Applicability.SAFE)
    elif fix.applicability is Applicability.SAFE and finding.code in codes_of(configuration.extend_unsafe_fixes):
        fix = replace(fix, applicability=Applicability.UNSAFE)
    return finding if fix is finding.fix else replace(finding, fix=fix)
