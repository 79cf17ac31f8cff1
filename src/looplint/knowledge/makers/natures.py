"""From what a survey saw to one nature for each method, noise left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from looplint.knowledge.makers.curated import curated
from looplint.knowledge.makers.seeds import seeds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from looplint.knowledge.makers.seeds import Seed

AWAITED: Final = frozenset({"future", "coroutine", "awaitable", "await_or_with", "await_or_for"})
ASYNC: Final = AWAITED | {"async_for", "async_with"}
_PYDANTIC = frozenset(
    (
        *("construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema"),
        *("schema_json", "update_forward_refs", "validate", "to_json_not_implemented"),
    )
)
_PRIVATE_PARTS = frozenset(
    (
        *(
            "transport",
            "client",
            "connection_pool",
            "with_raw_response",
            "with_streaming_response",
            "sdk_configuration",
        ),
        *("channel", "loop", "options", "parent", "api_client"),
    )
)
_NO_ATTRIBUTES = _PRIVATE_PARTS | {"parent_ref", "sync_client", "sync_session", "sync_connection", "sync_engine"}
_NO_NAMESPACES = frozenset({"playwright", "discord", "asyncssh", "telegram", "fsspec", "aiohttp", "zmq"})
_CCXT_NOISE = re.compile(
    r"[A-Z]|^(public|private|sapi|dapi|fapi|papi|eapi|v\d|wapi|bapi|parse|safe|handle|sort|filter|index|group|check|sign"
    r"|init|set|urlencode|hash|number|decimal|base|binary|is_|to_|iso|extend|omit|get_|in_|account|milli|micro|seconds"
    r"|market|currency|crypto|encode|decode|key|un_camel|common|deep|sum|unique|array|capital|strip|remove|implode"
    r"|extract|throttle)"
)
Natures = dict[str, str]


@dataclass(slots=True)
class Library:
    """Surveys put together: classes by path, namespace classes by key ("async:openai.resources.chat.Chat")."""

    classes: dict[str, dict[str, Any]] = field(default_factory=dict)
    natures: dict[str, Natures] = field(default_factory=dict)
    undecided: dict[str, list[str]] = field(default_factory=dict)
    below: dict[str, Natures] = field(default_factory=dict)

    def add(self, seed: Seed, report: dict[str, Any]) -> None:
        """Take the classes that belong to `seed` from a survey of it."""
        for path, description in report["classes"].items():
            if owner(path) == seed.distribution:
                self.classes[path] = description
                self.natures[path], self.undecided[path] = natures_of(path, description, description["kind"])
        for key, description in report["namespaces"].items():
            found, _ = natures_of(key.partition(":")[2], description, "")
            if key.startswith("sync:"):  # one endpoint class behind both clients (notion): no coroutine, so a value
                found = {name: "sync" if nature == "dual" else nature for name, nature in found.items()}
            self.below[key] = found

    def attributes(self, path: str) -> dict[str, str]:
        """Attribute -> catalogued class of the same kind (`page.keyboard`)."""
        found = {}
        for chain, key in self.classes[path]["namespaces"].items():
            held = self._by_origin(key.partition(":")[2])
            if "." in chain or held in (None, path) or chain in _NO_ATTRIBUTES:
                continue
            if self.classes[held]["kind"] == self.classes[path]["kind"] or held == "sqlalchemy.orm.Session":
                found[chain] = held
        return found

    def namespaces(self, path: str) -> dict[str, str]:
        """Chain -> key of `below`, for chains worth listing."""
        if path.partition(".")[0] in _NO_NAMESPACES:
            return {}
        held = tuple(self.attributes(path))
        found = {}
        for chain, key in self.classes[path]["namespaces"].items():
            parts = chain.split(".")
            private = _PRIVATE_PARTS.intersection(parts) or "_client_wrapper" in chain
            in_attribute = any(chain == name or chain.startswith(f"{name}.") for name in held)
            if not private and not in_attribute and key in self.below and len(parts) <= 4:
                found[chain] = key
        return found

    def _by_origin(self, origin: str) -> Any:
        return next((path for path, description in self.classes.items() if description["origin"] == origin), None)


def owner(path: str) -> str | None:
    """The distribution that a class is catalogued with: the first of `seeds.toml` that names it."""
    return _owners(seeds()).get(path)


def twins() -> Mapping[str, str]:
    """Class -> class of the other kind, where both are catalogued."""
    return _twins(seeds())


@cache
def _owners(known: tuple[Seed, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for seed in known:
        for path in (path for pair in seed.classes for path in pair):
            if seed.owns(path):
                found.setdefault(path, seed.distribution)
    return found


@cache
def _twins(known: tuple[Seed, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for seed in known:
        for sync, other in seed.classes:
            if sync and other:
                found.setdefault(sync, other)
                found.setdefault(other, sync)
    return {path: twin for path, twin in found.items() if twin in _owners(known)}


def natures_of(path: str, description: dict[str, Any], kind: str) -> tuple[Natures, list[str]]:
    """Name -> nature of the callables of a class, and the names about which nothing may be said."""
    table = curated()
    members, special = description["members"], description["special"]
    natures: Natures = {}
    undecided = []
    has_async_face = bool({"__aenter__", "__await__"}.intersection(special)) or any(
        verdict["nature"] in ("coroutine", "async_for") for verdict in members.values()
    )
    for name, verdict in members.items():
        nature = table.nature.get(f"{path}.{name}", verdict["nature"])
        if nature in ("property", "attribute", "left out") or _is_noise(
            path, name, kind, pydantic=description["pydantic"]
        ):
            continue
        if nature == "dual" and not has_async_face:
            nature = "sync"
        if nature == "sync" and verdict.get("why") == "returns-self" and kind == "async" and "__await__" in special:
            nature = "await_or_for" if "__aiter__" in special else "await_or_with"
        if _is_undecided(path, name, verdict, nature):
            undecided.append(name)
        natures[name] = nature
    return natures, undecided


def _is_undecided(path: str, name: str, verdict: dict[str, Any], nature: str) -> bool:
    table, heard = curated(), verdict.get("heard", "")
    if path.partition(".")[0] in table.stubs and verdict.get("bare") and heard == "error:ValueError":
        return True
    unread = path in table.unread or f"{path}.{name}" in table.unread_methods
    return unread and bool(verdict.get("weak")) and nature == "sync" and heard not in ("value", "none")


def _is_noise(path: str, name: str, kind: str, *, pydantic: bool) -> bool:
    if kind == "async":
        return False
    if name in ("mro", "memoized_instancemethod"):
        return True
    if pydantic and (name in _PYDANTIC or name.startswith("model_")):
        return True
    return path.startswith("ccxt") and _CCXT_NOISE.search(name) is not None
