"""The table of method names, counted over all surveys, with the `def`s of all environments as a prior."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from looplint.knowledge.awaited import names as shipped
from looplint.knowledge.data import ROOT
from looplint.knowledge.makers.build import survey_of
from looplint.knowledge.makers.curated import curated
from looplint.knowledge.makers.environments import WorkshopError
from looplint.knowledge.makers.natures import Library
from looplint.knowledge.makers.prior import Counts, count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from looplint.knowledge.makers.environments import Workshop
    from looplint.knowledge.makers.seeds import Seed
    from looplint.knowledge.makers.shards import Catalogue

FILE = ROOT / "awaited_names.json"
MUST = frozenset({"coroutine", "awaitable"})
ITERATED = frozenset({"async_for", "await_or_for"})
ASYNC_LOOKING = re.compile(r"a(?!pp|dd|ll|ut|bs|cc|gg|rg|ct|ss|tt|ud|ux|vai|rc|bort$|ck$|cquire)[a-z]|async_|.*_async$")
SURE, LIKELY, NEVER = 0.97, 0.9, 0.03
Seen = dict[str, dict[str, set[str]]]
"""Name -> nature -> libraries."""


def table_of(
    wanted: Sequence[Seed], workshop: Workshop, *, pinned: bool, catalogue: Catalogue, say: Callable[[str], None]
) -> dict[str, Any]:
    """Name -> what is known of it. A library that cannot be surveyed is told and left out."""
    seen: Seen = defaultdict(lambda: defaultdict(set))
    folders = []
    for known in wanted:
        version = catalogue.distributions.get(known.distribution, {}).get("version", "") if pinned else ""
        try:
            report = survey_of(workshop, known.distribution, version)
            folders.append(workshop.packages(known.pinned(version)))
        except WorkshopError as error:
            say(f"{known.distribution} is left out: {error}")
            continue
        library = curated().names["fold"].get(known.distribution, known.distribution)
        for name, nature in natures_in(known, report):
            seen[name][nature].add(library)
    return classified(seen, count(folders))


def natures_in(known: Seed, report: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every settled (name, nature) of a survey: classes, their namespaces, chosen functions."""
    table, library = curated(), Library()
    library.add(known, report)
    for path, natures in library.natures.items():
        undecided = library.undecided[path]
        yield from ((name, nature) for name, nature in natures.items() if name not in undecided)
    for natures in library.below.values():
        yield from natures.items()
    for module, functions in report["modules"].items():
        pattern = table.functions.get(module)
        for name, verdict in functions.items():
            if pattern is not None and re.fullmatch(pattern, name):
                yield name, table.function_nature.get(f"{module}.{name}", verdict["nature"])


def classified(seen: Seen, prior: Counts) -> dict[str, Any]:
    """The table, from what was seen and from how often each name is defined either way."""
    chosen = curated().names
    table: dict[str, Any] = {}
    for name, by_nature in seen.items():
        natures = {nature: libraries for nature, libraries in by_nature.items() if nature != "dual"}
        libraries = sorted(set().union(*natures.values()), key=str.lower)
        kind = _kind(name, set(natures), libraries, prior.get(name, (0, 0)))
        if name in chosen["ambiguous"] and len(natures) > 1:
            kind = "ambiguous"
        if kind is not None:
            table[name] = {"kind": kind, "libraries": libraries}
    for name, (plain, coroutines) in prior.items():
        if name.endswith("_async") and not name.startswith("_") and plain >= 2 and plain > coroutines:
            table.setdefault(name, {"kind": "ambiguous"})
    for name, classes in chosen["nearly"].items():
        if name in table:
            table[name]["sync_in"] = classes
    return dict(sorted(table.items()))


def changes(table: dict[str, Any]) -> list[str]:
    """What differs from the table that ships."""
    before = shipped()
    kinds = {name: (before.get(name, {}).get("kind"), table.get(name, {}).get("kind")) for name in {*before, *table}}
    return [f"{name}: {was} -> {now}" for name, (was, now) in sorted(kinds.items()) if was != now]


def dump(table: dict[str, Any]) -> str:
    """A line for each name."""
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in table.items())
    return f'{{\n "schema": 1,\n "names": {{\n{rows}\n }}\n}}\n'


def _kind(name: str, natures: set[str], libraries: list[str], prior: tuple[int, int]) -> str | None:
    plain, coroutines = prior
    share = coroutines / (plain + coroutines) if plain + coroutines else 1.0
    if name.startswith("_") or len(name) < 3:
        return None
    if natures <= MUST:
        telling = len(libraries) >= 2 or ASYNC_LOOKING.match(name)
        if share >= SURE and telling and coroutines:
            rare = name.endswith("_async") and len(libraries) < 2 and coroutines < 8
            return None if rare else "awaited"
        return "awaited_single" if share >= LIKELY and coroutines >= 3 else None
    if natures <= ITERATED and "async_for" in natures:
        return "async_iterated"
    everywhere = natures == {"sync"} and share <= NEVER if plain + coroutines else natures == {"sync"}
    return "sync" if everywhere and name in curated().names["sync"] else None
