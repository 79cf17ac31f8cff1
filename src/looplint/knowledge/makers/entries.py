"""From natures to the entry of one class, as short as it can be said."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from looplint.knowledge.makers.curated import curated
from looplint.knowledge.makers.natures import ASYNC, AWAITED, Library, owner, twins
from looplint.knowledge.makers.shorten import shorter, with_globs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.knowledge.makers.natures import Natures

LABELS = {
    "future": "futures",
    "async_for": "async_for",
    "async_with": "async_with",
    "await_or_with": "await_or_with",
    "await_or_for": "await_or_for",
    "dual": "unknown",
}
GLOBBED = (
    "awaitable",
    "sync_methods",
    "coroutines",
    "futures",
    "async_for",
    "async_with",
    "await_or_with",
    "await_or_for",
)
MAKERS = (
    *("from_url", "from_pool", "from_connection_string", "from_env", "from_blob_url", "from_container_url"),
    *("from_service_account_json", "from_config", "from_system"),
)
CLOSERS = (
    *("aclose", "close_async", "async_close", "close", "disconnect", "dispose", "stop", "shutdown", "terminate"),
    *("end_session", "release"),
)
ENTERING = {"with": "__enter__", "async with": "__aenter__"}
RENAMES = ("a{}", "{}_async", "async_{}")
MOST_ALIASES = 12
Raw = dict[str, Any]


def entry_of(library: Library, path: str, older: Library) -> Raw:
    """The entry of a surveyed class."""
    entry = _identity(library, path)
    namespaces = library.namespaces(path)
    chains = (_sync_side if entry["kind"] == "sync" else _async_side)(library, path, entry, namespaces)
    if attributes := library.attributes(path):
        entry["attributes"] = attributes
    if chains:
        entry["namespaces"] = sorted(chains)
    universe = [*library.natures[path], *(f"{c}.{name}" for c in chains for name in library.below[namespaces[c]])]
    for key in GLOBBED:
        if key in entry:
            entry[key] = with_globs(entry[key], universe)
    if "coroutines" in entry and "unknown" in entry:
        entry["unknown"] = with_globs(entry["unknown"], library.natures[path])
    _life(library, path, entry)
    _changes(library, path, older, entry)
    return by_hand(path, entry)


def by_hand(path: str, entry: Raw) -> Raw:
    """With what is written by hand for this class."""
    hand = dict(curated().by_hand.get(path, {}))
    gone = hand.pop("without", ())
    return {key: value for key, value in entry.items() if key not in gone} | hand


def _identity(library: Library, path: str) -> Raw:
    table, description = curated(), library.classes[path]
    entry: Raw = {"kind": description["kind"], "distribution": owner(path)}
    if path in twins():
        entry["twin"] = twins()[path]
    if description["aliases"]:
        entry["aliases"] = description["aliases"][:MOST_ALIASES]
    if path in table.subclasses:
        entry["subclasses"] = table.subclasses[path]
    factories = list(table.factories.get(path, ()))
    for name in sorted(MAKERS):
        verdict = description["members"].get(name, {})
        if verdict.get("bind") and verdict.get("why") == "returns-self" and f"{path}.{name}" not in factories:
            factories.append(f"{path}.{name}")
    if factories:
        entry["factories"] = factories
    if path in table.item:
        entry["item"] = table.item[path]
    return entry


def _by_nature(natures: Natures) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, nature in natures.items():
        found[nature].append(name)
    return found


def _sync_side(library: Library, path: str, entry: Raw, namespaces: dict[str, str]) -> list[str]:
    named = _by_nature(library.natures[path])
    awaited = [name for name, nature in library.natures[path].items() if nature in AWAITED]
    twin_namespaces = library.namespaces(entry["twin"]) if entry.get("twin") in library.classes else {}
    sync = sorted(named["sync"])
    blocking = _blocking(library, path, entry, sync, {*awaited, *named["async_for"]})
    paired_chains = "pair" in entry and namespaces and not twin_namespaces  # there the pair itself says what blocks
    if blocking is not None and not paired_chains and len(blocking) < len(sync):
        rest = [name for name in sync if name not in blocking]
        key, names = shorter(blocking, "blocking", rest, "nonblocking") if blocking else ("blocking", [])
        entry[key] = names
    lists = {"awaitable": awaited, "async_for": named["async_for"], "async_with": named["async_with"]}
    entry |= {key: sorted(names) for key, names in lists.items() if names}
    chains = []
    for chain, key in namespaces.items():
        natures = library.below[key]
        faces = library.below[twin_namespaces[chain]] if chain in twin_namespaces else natures
        missing_on_twin = bool(twin_namespaces) and chain not in twin_namespaces
        if missing_on_twin or not ASYNC.intersection(faces.values()) or "sync" not in natures.values():
            continue
        chains.append(chain)
        if not twin_namespaces:  # both faces on one class (mistral, stripe services, `.aio` of google-genai)
            _add_chain(entry, chain, natures)
    return chains


def _add_chain(entry: Raw, chain: str, natures: Natures) -> None:
    for name, nature in natures.items():
        if nature in AWAITED:
            entry.setdefault("awaitable", []).append(f"{chain}.{name}")
        elif nature == "async_for":
            entry.setdefault("async_for", []).append(f"{chain}.{name}")


def _blocking(library: Library, path: str, entry: Raw, sync: list[str], faces: set[str]) -> list[str] | None:
    """The sync methods that do I/O; None where nothing was said. May add `pair` or `rename` to the entry."""
    table = curated()
    pair = table.pair.get(path.partition(".")[0])
    pattern = table.blocking.get(path)
    if path in table.values:
        return []
    paired = [name for name in sync if pair and any(form.format(name) in faces for form in pair.split("|"))]
    matched = [name for name in sync if pattern and re.fullmatch(pattern, name)]
    if paired:
        entry["pair"] = pair
        return sorted({*paired, *matched})
    if pattern is not None:
        return matched
    twin = library.natures.get(entry.get("twin", ""))
    if twin is None:
        return None
    found, renamed = [], {}
    for name in sync:
        other = next((form for form in (name, *(r.format(name) for r in RENAMES)) if form in twin), None)
        if other is not None and (twin[other] in AWAITED or twin[other] in ("async_for", "dual")):
            found.append(name)
            if other != name:
                renamed[name] = other
    if renamed:
        entry["rename"] = renamed
    return found


def _async_side(library: Library, path: str, entry: Raw, namespaces: dict[str, str]) -> list[str]:
    undecided = set(library.undecided[path])
    natures = {name: nature for name, nature in library.natures[path].items() if name not in undecided}
    chains = []
    for chain, key in namespaces.items():
        below = library.below[key]
        if any(nature in AWAITED or nature == "async_for" for nature in below.values()):
            chains.append(chain)
            natures |= {f"{chain}.{name}": nature for name, nature in below.items()}
    named = _by_nature(natures)
    flagged, unflagged = named["coroutine"], named["awaitable"]
    coroutines = [*flagged, *unflagged]
    universe = {*library.natures[path], *natures}
    if named["sync"] and not path.startswith("ccxt."):  # 600 un-annotated ones that nobody read
        entry["sync_methods"] = sorted(named["sync"])
    if len(with_globs(named["sync"], universe)) > len(with_globs(coroutines, universe)):
        entry["coroutines"] = sorted(coroutines)
    entry |= {key: sorted(named[nature]) for nature, key in LABELS.items() if named[nature]}
    if undecided:
        entry["unknown"] = sorted({*entry.get("unknown", ()), *undecided})
    if unflagged:
        key, names = shorter(unflagged, "unflagged", flagged, "flagged") if flagged else ("unflagged", ["*"])
        entry[key] = names
    properties = library.classes[path]["members"].items()
    if awaited := sorted(name for name, verdict in properties if verdict["nature"] == "awaited property"):
        entry["await_props"] = awaited
    return chains


def _life(library: Library, path: str, entry: Raw) -> None:
    table, description, natures = curated(), library.classes[path], library.natures[path]
    close = table.close.get(path)
    if close is None:
        close = list(_ways_to_close(description["special"], natures, entry["kind"]))
    if close:
        entry["close"] = close
    entry["enters"] = [word for word, name in ENTERING.items() if name in description["special"]]
    if description["warns_unclosed"]:
        entry["warns_unclosed"] = True
    if path in table.raises_in_loop:
        entry["raises_in_loop"] = [name for name in table.raises_in_loop[path] if name in natures]


def _ways_to_close(special: list[str], natures: Natures, kind: str) -> Iterable[str]:
    if "__aenter__" in special and (kind == "async" or "__enter__" not in special):
        yield "async with"
    if "__enter__" in special and kind == "sync":
        yield "with"
    if path_closer := next((name for name in CLOSERS if natures.get(name) in ("coroutine", "awaitable", "sync")), None):
        yield f"{'' if natures[path_closer] == 'sync' else 'await '}{path_closer}()"


def _changes(library: Library, path: str, older: Library, entry: Raw) -> None:
    """What differs in the older release that was looked at."""
    natures, members = library.natures[path], library.classes[path]["members"]
    before = older.natures.get(path, {})
    plain = entry["kind"] == "sync"
    legacy = sorted(
        name
        for name, nature in before.items()
        if name not in members and nature in ("sync", "coroutine", "awaitable") and (nature == "sync") == plain
    )
    if legacy:
        entry["legacy"] = legacy
    unstable = sorted(
        name
        for name, nature in before.items()
        if name in natures
        and (nature in AWAITED) != (natures[name] in AWAITED)
        and "dual" not in (nature, natures[name])
        and not name.startswith("from_")
    )
    if unstable and path.partition(".")[0] not in ("weaviate", "pymodbus"):  # both renamed, not changed
        entry["unstable"] = unstable
