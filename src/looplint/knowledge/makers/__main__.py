"""`python -m looplint.knowledge.makers`: make the client catalogue, and check it. See docs/maintenance.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.knowledge.data import CLIENTS
from looplint.knowledge.makers import shards
from looplint.knowledge.makers.environments import PYTHON, Workshop, WorkshopError
from looplint.knowledge.makers.seeds import seed, seeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looplint.knowledge.makers.seeds import Seed


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 all well, 1 something does not agree, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    if options.command == "releases":
        return releases(options)
    if options.command == "names":
        options.all = True
    chosen = [known.distribution for known in seeds()] if options.all else options.distribution
    unknown = sorted(set(chosen) - {known.distribution for known in seeds()})
    if unknown or not chosen:
        _say(f"no such distribution: {', '.join(unknown)}" if unknown else "name a distribution, or --all")
        return 2
    workshop = Workshop(options.environments.expanduser().absolute(), options.python)
    wanted = [seed(name) for name in dict.fromkeys(chosen)]
    if options.command == "names":
        return names(wanted, workshop, options)
    return verify(wanted, workshop) if options.command == "verify" else build(wanted, workshop, options)


def verify(wanted: Sequence[Seed], workshop: Workshop) -> int:
    """Hold the entries of each distribution against the release that they were made from."""
    catalogue = shards.read(CLIENTS)
    disagreeing = 0
    for known in wanted:
        part = catalogue.part(known.distribution)
        stated = part.distributions.get(known.distribution, {}).get("version", "")
        job = {"task": "verify", "clients": part.clients, "functions": part.functions}
        try:
            report = workshop.run(known, job, known.pinned(stated))
            wrong: list[str] = _version(report["version"], stated, known) + report["wrong"]
            summary = f"{report['version']}: {len(part.clients)} classes, {report['checks']} checks"
        except WorkshopError as error:
            wrong, summary = [str(error)], "not checked"
        disagreeing += bool(wrong)
        failed = f", {len(wrong)} failed" if wrong else ""
        _say(f"{'FAIL' if wrong else 'ok'} {known.distribution} {summary}{failed}")
        for line in wrong:
            _say(f"  - {line}")
    _say(f"{len(wanted) - disagreeing} of {len(wanted)} distributions agree with the catalogue")
    return 1 if disagreeing else 0


def build(wanted: Sequence[Seed], workshop: Workshop, options: argparse.Namespace) -> int:
    """Survey distributions again and replace their entries."""
    from looplint.knowledge.makers.build import build_part

    catalogue = shards.read(CLIENTS)
    for known in wanted:
        try:
            part = build_part(known, workshop, catalogue, pinned=options.pinned, say=_say)
        except WorkshopError as error:
            _say(f"FAIL {known.distribution}: {error}")
            return 1
        changes = shards.differences(catalogue.part(known.distribution), part)
        _say(f"{known.distribution}: {len(part.clients)} classes, {len(changes)} changes")
        for line in changes:
            _say(f"  {line}")
        catalogue.replace(known.distribution, part)
    if not options.dry_run:
        shards.write(catalogue, CLIENTS)
    return 0


def names(wanted: Sequence[Seed], workshop: Workshop, options: argparse.Namespace) -> int:
    """Count every method name again and write the table of names."""
    from looplint.knowledge.makers.names import FILE, changes, dump, table_of

    table = table_of(wanted, workshop, pinned=options.pinned, catalogue=shards.read(CLIENTS), say=_say)
    for line in changes(table):
        _say(f"  {line}")
    if not options.dry_run:
        FILE.write_text(dump(table), encoding="utf-8", newline="\n")
    return 0


def releases(options: argparse.Namespace) -> int:
    """Add the releases of pytest and pytest-asyncio that the table does not have."""
    from looplint.knowledge.makers.releases import refresh

    try:
        added = refresh(options.python, _say, dry_run=options.dry_run)
    except WorkshopError as error:
        _say(f"FAIL {error}")
        return 1
    _say(f"{added} new releases")
    return 0


def _version(installed: str, stated: str, known: Seed) -> list[str]:
    same = installed == stated
    if known.distribution == "stdlib":  # a patch release of Python changes no signature
        same = installed.rpartition(".")[0] == stated.rpartition(".")[0]
    return [] if same else [f"version {installed}, the catalogue has {stated}"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m looplint.knowledge.makers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("build", "survey distributions and write their entries"),
        ("verify", "check the entries"),
        ("names", "survey everything and write the table of method names"),
    ):
        command = commands.add_parser(name, help=text)
        if name != "names":
            command.add_argument("distribution", nargs="*", help="as in seeds.toml")
            command.add_argument("--all", action="store_true", help="every distribution (some 150 environments, 3 GB)")
        command.add_argument("--python", default=PYTHON, help="for `uv venv --python` (default: %(default)s)")
        command.add_argument(
            "--environments",
            type=Path,
            default=Path("~/.cache/looplint-makers"),
            help="where the environments are kept (default: %(default)s)",
        )
        if name != "verify":
            command.add_argument("--pinned", action="store_true", help="the releases of the catalogue, not the newest")
            command.add_argument("--dry-run", action="store_true", help="tell what would change, write nothing")
    table = commands.add_parser("releases", help="look for new releases of pytest and pytest-asyncio, and run them")
    table.add_argument("--python", default=PYTHON, help="for `uv --python` (default: %(default)s)")
    table.add_argument("--dry-run", action="store_true", help="tell what would change, write nothing")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
