"""A distribution surveyed again, and its part of the catalogue made from that."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from looplint.knowledge.makers.curated import curated
from looplint.knowledge.makers.entries import by_hand, entry_of
from looplint.knowledge.makers.environments import WorkshopError
from looplint.knowledge.makers.natures import Library, owner, twins
from looplint.knowledge.makers.seeds import seed, seeds
from looplint.knowledge.makers.shards import Catalogue, root_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.knowledge.makers.environments import Workshop
    from looplint.knowledge.makers.seeds import Seed

FUNCTION_LABELS = {
    "sync": "sync",
    "coroutine": "coroutines",
    "awaitable": "coroutines",
    "future": "futures",
    "async_for": "async_for",
    "async_with": "async_with",
    "await_or_with": "await_or_with",
    "await_or_for": "await_or_for",
    "dual": "unsettled",
}


def build_part(
    wanted: Seed, workshop: Workshop, catalogue: Catalogue, *, pinned: bool, say: Callable[[str], None]
) -> Catalogue:
    """The part of `wanted`, from the newest releases or from those the catalogue has. Raises `WorkshopError`."""
    library, older = Library(), Library()
    report: dict[str, Any] = {}
    for name in (wanted.distribution, *_neighbours(wanted)):
        version = catalogue.distributions.get(name, {}).get("version", "") if pinned else ""
        report[name] = survey_of(workshop, name, version)
        library.add(seed(name), report[name])
    own = report[wanted.distribution]
    for error in own["errors"]:
        say(f"  {error}")
    record: dict[str, Any] = {"version": own["version"]}
    clients = _clients(wanted, library, _older(wanted, workshop, own["version"], older, record, say))
    functions = _functions(wanted, own["modules"])
    if wanted.distribution != "stdlib":
        record["imports"] = sorted({root_of(path) for path in (*clients, *functions)})
    return Catalogue({wanted.distribution: record}, clients, functions)


@cache
def survey_of(workshop: Workshop, distribution: str, version: str) -> dict[str, Any]:
    """A survey, once in a run; `version` "" is the newest. Raises `WorkshopError`."""
    known = seed(distribution)
    return workshop.run(known, {"task": "survey"}, known.pinned(version))


def _neighbours(wanted: Seed) -> list[str]:
    """The distributions that hold the twins of this one's classes."""
    found = (owner(twin) for path, twin in twins().items() if owner(path) == wanted.distribution)
    return sorted({name for name in found if name is not None and name != wanted.distribution})


def _older(
    wanted: Seed,
    workshop: Workshop,
    newest: str,
    library: Library,
    record: dict[str, Any],
    say: Callable[[str], None],
) -> Library:
    if wanted.older:
        try:
            report = workshop.run(wanted, {"task": "survey"}, (*wanted.requires, *wanted.older))
        except WorkshopError as error:
            say(f"  {', '.join(wanted.older)} was not looked at: {error}")
            return library
        library.add(wanted, report)
        if report["version"] != newest:
            record["also"] = [report["version"]]
    return library


def _clients(wanted: Seed, library: Library, older: Library) -> dict[str, Any]:
    mine = [path for path in library.classes if owner(path) == wanted.distribution]
    clients = {path: entry_of(library, path, older) for path in mine}
    for path, hand in curated().by_hand.items():
        if hand.get("distribution") == wanted.distribution:
            clients.setdefault(path, by_hand(path, {}))
    return clients


def _functions(wanted: Seed, modules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    table = curated()
    found = {}
    for module, functions in modules.items():
        pattern = table.functions.get(module)
        first = next(known for known in seeds() if module in known.modules)
        if pattern is None or first != wanted:
            continue
        entry: dict[str, Any] = {"distribution": wanted.distribution}
        for name, verdict in sorted(functions.items()):
            nature = table.function_nature.get(f"{module}.{name}", verdict["nature"])
            if re.fullmatch(pattern, name) and nature in FUNCTION_LABELS:
                entry.setdefault(FUNCTION_LABELS[nature], []).append(name)
        if module in table.functions_raise_in_loop:
            entry["raises_in_loop"] = table.functions_raise_in_loop[module]
        if len(entry) > 1:
            found[module] = entry
    return found
