"""`looplint rule`: what a rule reports and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from looplint.cli.output import emit, wants_colour
from looplint.engine.own_rules import find_known_rule, known_rules
from looplint.engine.selection import SelectorError, strengths

if TYPE_CHECKING:
    from looplint.rules.rule import Rule


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="All rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rule(name: str | None, output_format: str, *, every: bool) -> int:
    """Explain a rule, by its NAME or code."""
    if every == (name is not None):
        raise click.UsageError("give the name or code of one rule, or --all")
    rules = list(known_rules()) if name is None else [_find(name)]
    if output_format == "json":
        import json

        records = [record(known) for known in rules]
        emit(json.dumps(records if every else records[0], indent=2, ensure_ascii=False) + "\n")
        return 0
    text = "\n".join(page(known) for known in rules)
    if wants_colour(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console(force_terminal=True).print(Markdown(text))
    else:
        emit(text)
    return 0


def _find(name: str) -> Rule:
    found = find_known_rule(name)
    if found is not None:
        return found
    try:
        hint = f"`{name}` stands for several rules: {', '.join(sorted(strengths(name)))}"
    except SelectorError as error:
        hint = str(error)
    raise click.ClickException(hint)


def _fixes(rule: Rule) -> str:
    return "none" if rule.fix is None else rule.fix.value


def page(rule: Rule) -> str:
    """The rule's page, in Markdown."""
    body = rule.doc.strip().split("\n", 1)
    facts = [
        f"Severity: {rule.severity.value}",
        f"fix: {_fixes(rule)}",
        "on by default" if rule.default else "off by default",
        f"since {rule.since}",
    ]
    if rule.overlaps:
        facts.append(f"overlaps: {', '.join(rule.overlaps)}")
    rest = body[1].strip() if len(body) > 1 else ""
    return f"# {rule.name} ({rule.code})\n\n{body[0]}\n\n{'; '.join(facts)}.\n\n{rest}\n"


def record(rule: Rule) -> dict[str, Any]:
    """The rule for machines."""
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "fix": None if rule.fix is None else rule.fix.value,
        "default": rule.default,
        "since": rule.since,
        "overlaps": list(rule.overlaps),
        "explanation": rule.doc.strip() + "\n",
        "url": rule.url,
    }
