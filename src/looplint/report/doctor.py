"""What `looplint doctor` found, for people and for machines."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING

from looplint.report.frame import shown
from looplint.report.styled import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.engine.examined import Examined, OwnConfiguration, Package, Pairing, RuleState, SettingInForce
    from looplint.report.styled import Piece

_WIDE = 36
"""Columns of the names of settings and of the reasons of rules."""
_NARROW = 10
_CODES_IN_A_ROW = 14
_OPTIONS = ("select", "extend_select", "ignore")


def render(examined: Examined, output_format: str) -> str:
    """The record as "text" or "json"."""
    return plain(pieces(examined)) if output_format == "text" else to_json(examined)


def to_json(examined: Examined) -> str:
    """One object; the keys are the names of the fields in `looplint.engine.examined`."""
    return json.dumps(dataclasses.asdict(examined), indent=2, ensure_ascii=False) + "\n"


def pieces(examined: Examined) -> Iterator[Piece]:
    """The text, styled."""
    yield "looplint ", "bold"
    yield f"{examined.looplint}, Python {examined.python}, {examined.platform}\n", ""
    for problem in examined.problems:
        yield "problem: ", "bold red"
        yield f"{shown(problem)}\n", ""
    yield from _place(examined)
    yield from _section("settings")
    for setting in examined.settings:
        yield from _row(setting.name, _value(setting), setting.origin, width=_WIDE)
    for option in examined.plugin_options:
        name = option.name if option.enabled else f"no:{option.name}"
        yield from _row("-p", name, f"addopts in {option.where}", width=_WIDE)
    yield from _packages(examined)
    yield from _rules(examined.rules)


def _section(title: str) -> Iterator[Piece]:
    yield f"\n{title}\n", "bold"


def _row(name: str, value: str, origin: str = "", *, width: int = _NARROW) -> Iterator[Piece]:
    yield f"  {shown(name):<{width}} ", "cyan"
    yield shown(value), "bold" if origin else ""
    yield f"  ({shown(origin)})\n" if origin else "\n", ""


def _place(examined: Examined) -> Iterator[Piece]:
    subject = examined.subject
    yield from _section(shown(subject.path))
    notes = ["does not exist" if subject.kind == "absent" else f"a {subject.kind}"]
    notes += [] if subject.test_file is None else ["collected by pytest" if subject.test_file else "not a test file"]
    notes += ["excluded by looplint's configuration"] if subject.excluded else []
    yield from _row("path", ", ".join(notes))
    yield from _row("root", _relative(examined.root.directory), _by(examined))
    yield from _row("pytest", *_pytest(examined))
    yield from _row("looplint", *_own(examined.configuration))
    told = [one.file if one.error is None else f"{one.file} (cannot be read)" for one in examined.conftests]
    yield from _row("conftest", ", ".join(told) or "none")
    pythons = examined.pythons
    releases = pythons.releases
    span = releases[0] if len(releases) == 1 else f"{releases[0]} to {releases[-1]}" if releases else "unknown"
    yield from _row("Python", span, f"{pythons.declared}, {pythons.where}" if pythons.where else "not declared")
    if examined.other_runner is not None:
        yield from _row("runners", f"unmarked async tests may be run by another plugin: {examined.other_runner}")


def _relative(directory: str) -> str:
    """As seen from the working directory: what is pasted somewhere should not tell where a home directory is."""
    try:
        return os.path.relpath(directory)
    except ValueError:  # another drive
        return directory


def _by(examined: Examined) -> str:
    root = examined.root
    if root.by:
        return f"by {', '.join(root.by)}"
    return "the repository" if root.repository else "no configuration found"


def _pytest(examined: Examined) -> tuple[str, str]:
    found = examined.pytest
    hidden = f"hides {', '.join(found.shadowed)}" if found.shadowed else ""
    if found.error is not None:
        return found.file or "no usable configuration", found.error
    return found.file or "no configuration", hidden


def _own(configuration: OwnConfiguration) -> tuple[str, str]:
    if configuration.file is None:
        return "defaults; no configuration of its own", ""
    told = [
        f"{name.replace('_', '-')}: {', '.join(getattr(configuration, name)) or 'none'}"
        for name in _OPTIONS
        if getattr(configuration, name) or (name == "select" and configuration.select is not None)
    ]
    told += [f'ignored in "{name}": {", ".join(codes)}' for name, codes in configuration.per_file_ignores.items()]
    return configuration.file, "; ".join(told)


def _value(setting: SettingInForce) -> str:
    if not setting.known:
        return "unknown"
    if setting.value is None:
        return "unset"
    return str(setting.value).lower() if isinstance(setting.value, bool) else setting.value


def _packages(examined: Examined) -> Iterator[Piece]:
    yield from _section("versions")
    for package in examined.packages:
        yield from _package(package)
    if examined.pairings:
        yield from _section("installed together")
    for pairing in examined.pairings:
        yield from _pairing(pairing)


def _package(package: Package) -> Iterator[Piece]:
    span = package.oldest or ""
    if package.newest != package.oldest:
        span = f"{package.oldest} to {package.newest}"
    yield f"  {shown(package.name)}", "cyan"
    yield f" {span}" if span else "", "bold"
    yield "" if package.asked or package.locked else f"  ({shown(package.origin)})", ""
    yield ", switched off by `-p no:`\n" if package.switched_off else "\n", ""
    for asked in package.asked:
        yield f"    {asked.where}: ", ""
        yield shown(asked.text), "bold"
        yield f"  ({shown(asked.group)}{', a constraint' if asked.kind == 'constraint' else ''})\n", ""
    for pin in package.locked:
        notes = ["stale: no requirement allows it"] if pin.stale and package.asked else []
        notes += [] if package.asked else ["nothing asks for it directly"]
        yield f"    {pin.where}: ", ""
        yield f"locked {shown(pin.version)}", "bold"
        yield f"  ({'; '.join(notes)})\n" if notes else "\n", ""


def _pairing(pairing: Pairing) -> Iterator[Piece]:
    if pairing.pytest is None:
        yield f"  {shown(pairing.installation)}: ", "cyan"
        yield "no pytest fits pytest-asyncio\n", "bold red"
        return
    yield f"  {shown(pairing.installation)}: ", "cyan"
    yield f"pytest {pairing.pytest}, pytest-asyncio {pairing.pytest_asyncio}", "bold"
    yield f" on Python {pairing.python}" if pairing.python is not None else "", ""
    yield ", which do not work together\n" if pairing.works is False else "\n", "bold red"


def _rules(rules: Iterable[RuleState]) -> Iterator[Piece]:
    by_reason: dict[tuple[str, str], list[RuleState]] = {}
    for rule in rules:
        by_reason.setdefault((rule.state, rule.reason), []).append(rule)
    for state, title in (("on", "rules on"), ("silent", "rules on, but silent here"), ("off", "rules off")):
        groups = {reason: found for (its_state, reason), found in by_reason.items() if its_state == state}
        if groups:
            yield from _section(f"{title}: {sum(map(len, groups.values()))}")
        for reason, found in groups.items():
            yield f"  {shown(reason)}\n", "cyan"
            named = [f"{rule.code} {rule.name}" for rule in found] if state != "on" else _in_rows(found)
            yield "".join(f"    {text}\n" for text in named), ""


def _in_rows(rules: list[RuleState]) -> list[str]:
    codes = [rule.code for rule in rules]
    return [" ".join(codes[at : at + _CODES_IN_A_ROW]) for at in range(0, len(codes), _CODES_IN_A_ROW)]
