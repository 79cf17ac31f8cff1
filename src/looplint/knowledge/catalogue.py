"""What the catalogue says about one class, and how to read it.

A rule may act on `sync` (awaited although it gives a value), on `coroutine` (never awaited) and on `blocks()`; every
other label, and a chain that is not listed, is silence.

The data was made by looking at the classes of the libraries themselves (`looplint.knowledge.makers`): `inspect` flags
first, then calls on live instances without a network, then annotations and stubs; the judgements of a human are in
`looplint.knowledge.makers.curated`. It holds for the release named in `Distribution.version`.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["sync", "async"]
Label = Literal[
    "sync",  # a plain call
    "coroutine",  # must be awaited; a bare call does nothing
    "future",  # gives an asyncio.Future or Task: await it, but a bare call runs all the same
    "async_for",  # gives something to iterate: never awaited, a bare call is no error by itself
    "async_with",  # gives something to enter: never awaited, a bare call is no error by itself
    "await_or_with",  # gives an object that may be awaited or entered
    "await_or_for",  # gives an object that may be awaited or iterated
    "unknown",  # nobody can tell, or it changed between releases: no rule may use it
]
EXCEPTIONS: Final[tuple[str, ...]] = (
    "unknown",
    "unstable",
    "futures",
    "async_for",
    "async_with",
    "await_or_with",
    "await_or_for",
)
_LABELS: Final[dict[str, Label]] = {
    "unknown": "unknown",
    "unstable": "unknown",
    "unsettled": "unknown",
    "futures": "future",
    "async_for": "async_for",
    "async_with": "async_with",
    "await_or_with": "await_or_with",
    "await_or_for": "await_or_for",
    "sync": "sync",
    "coroutines": "coroutine",
}


class Entry(TypedDict, total=False):
    """One class as it stands in a data file. Names may be globs (`*_iter`); `*` matches dots too.

    A sync class: every public method is a plain call, but `awaitable`, `async_for`, `async_with`. An async class: every
    public method is a coroutine, but the other lists; where `coroutines` is given, a name in no list is unknown.
    """

    kind: Kind
    distribution: str
    twin: str  # the class of the other kind, perhaps of another distribution
    aliases: list[str]  # other import paths of the same object
    subclasses: list[str]  # follow the same rules
    factories: list[str]  # other expressions giving the class: "f", "await f", "async with f", "with f"
    attributes: dict[str, str]  # attribute -> catalogued class
    item: str  # class of obj["x"] and obj.x (MongoDB)
    namespaces: list[str]  # attribute chains whose methods are listed as CHAIN.METHOD; other chains say nothing
    dynamic: bool  # methods are made at run time (boto): the default of `kind` holds for names the class does not have
    awaitable: list[str]  # sync class: must be awaited
    blocking: list[str]  # sync class: do I/O; the shorter of the two lists is given
    nonblocking: list[str]  # sync class: do no I/O
    pair: str  # sync class: "a{}|{}_async", the async face on the same class
    rename: dict[str, str]  # method whose name differs on the twin
    sync_methods: list[str]  # async class: the plain ones
    coroutines: list[str]  # async class: given where they are the minority
    futures: list[str]
    async_for: list[str]
    async_with: list[str]
    await_or_with: list[str]
    await_or_for: list[str]
    await_props: list[str]  # properties whose value must be awaited
    unflagged: list[str]  # awaitable, but inspect.iscoroutinefunction() is False; the shorter of the two lists is given
    flagged: list[str]
    unknown: list[str]
    unstable: list[str]  # changed nature, or came, between the releases looked at
    legacy: list[str]  # gone in the release looked at, there in an older one, same nature
    raises_in_loop: list[str]  # sync methods that raise when a loop runs in the thread (measured)
    close: list[str]  # ways to release it, best first, as code
    enters: list[str]  # the statements that enter it: "with", "async with", both, none; not given: nobody looked
    warns_unclosed: bool  # __del__ warns


def matches(patterns: Iterable[str], name: str) -> bool:
    """Is `name` one of `patterns`, literally or as a glob?"""
    return any(pattern == name or ("*" in pattern and fnmatch.fnmatchcase(name, pattern)) for pattern in patterns)


def label_in(table: Mapping[str, object], name: str) -> Label | None:
    """The label under which a table of module functions lists `name`."""
    for key, label in _LABELS.items():
        names = table.get(key, ())
        if isinstance(names, list) and name in names:
            return label
    return None


@dataclass(frozen=True, slots=True)
class Distribution:
    """A catalogued distribution: the release looked at, and older ones that were looked at too."""

    name: str
    version: str
    also: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """A catalogued class; `path` is its canonical dotted path. Methods may be chains (`chat.completions.create`)."""

    path: str
    entry: Entry = field(hash=False, repr=False)

    @property
    def kind(self) -> Kind:
        """What the class is by default; single methods differ, see `kind_of`."""
        return self.entry["kind"]

    @property
    def distribution(self) -> str:
        """Name of the distribution ("SQLAlchemy"); "stdlib" for the standard library."""
        return self.entry["distribution"]

    @property
    def name(self) -> str:
        """The last part of the path, for messages."""
        return self.path.rpartition(".")[2]

    @property
    def twin(self) -> str | None:
        """Dotted path of the class of the other kind. Of another distribution it is a hint, never an edit."""
        return self.entry.get("twin")

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other import paths of the same object."""
        return tuple(self.entry.get("aliases", ()))

    @property
    def factories(self) -> tuple[str, ...]:
        """Expressions that give an instance besides the constructor: "f", "await f", "with f" or "async with f"."""
        return tuple(self.entry.get("factories", ()))

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attribute -> dotted path of the catalogued class it holds (`page.keyboard`)."""
        return self.entry.get("attributes", {})

    @property
    def item(self) -> str | None:
        """Dotted path of the class that `obj["x"]` and an unknown `obj.x` give (MongoDB)."""
        return self.entry.get("item")

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Attribute chains whose methods the catalogue knows (`chat.completions`)."""
        return tuple(self.entry.get("namespaces", ()))

    @property
    def await_properties(self) -> tuple[str, ...]:
        """Properties whose value must be awaited (`await w3.eth.block_number`)."""
        return tuple(self.entry.get("await_props", ()))

    @property
    def raises_in_loop(self) -> tuple[str, ...]:
        """Sync methods that raise when an event loop runs in the thread (measured; README of the makers)."""
        return tuple(self.entry.get("raises_in_loop", ()))

    @property
    def close(self) -> tuple[str, ...]:
        """Ways to release it, best first, as code: "async with", "await aclose()", "close() + await wait_closed()"."""
        return tuple(self.entry.get("close", ()))

    @property
    def enters(self) -> frozenset[str] | None:
        """The statements that enter it ("with", "async with"; none: it is no context manager); None: unknown."""
        words = self.entry.get("enters")
        return None if words is None else frozenset(words)

    @property
    def warns_unclosed(self) -> bool:
        """Does `__del__` warn about an instance nobody closed?"""
        return self.entry.get("warns_unclosed", False)

    @property
    def dynamic(self) -> bool:
        """Are methods made at run time (boto), so that the class itself does not have them?"""
        return self.entry.get("dynamic", False)

    @property
    def legacy(self) -> tuple[str, ...]:
        """Methods that were gone in the release looked at, and of the default kind in an older one."""
        return tuple(self.entry.get("legacy", ()))

    def kind_of(self, name: str) -> Label:
        """What calling `name` gives. Exact names win over globs; private names and unlisted chains are unknown."""
        if name.startswith("_") or not self._known_chain(name):
            return "unknown"
        return self._listed(name) or self._matched(name) or self._default(name)

    def flagged(self, name: str) -> bool:
        """Would `inspect.iscoroutinefunction` say yes, as `Mock(spec=...)` and `create_autospec` ask?"""
        if self.kind_of(name) != "coroutine":
            return False
        if "flagged" in self.entry:
            return matches(self.entry["flagged"], name)
        return not matches(self.entry.get("unflagged", ()), name)

    def blocks(self, name: str) -> bool:
        """Does the sync method `name` do I/O, or wait?"""
        if self.kind != "sync" or self.kind_of(name) != "sync":
            return False
        if "blocking" in self.entry:
            return matches(self.entry["blocking"], name)
        if "pair" in self.entry:
            return self.twin_method(name) is not None
        return not matches(self.entry.get("nonblocking", ()), name)

    def twin_method(self, name: str) -> str | None:
        """The async face of `name` on the same class (`ainvoke`), else its name on the twin, else None."""
        if self.kind == "sync" and self.kind_of(name) != "sync":
            return None
        chain, _, leaf = name.rpartition(".")
        for pattern in self.entry["pair"].split("|") if "pair" in self.entry else ():
            face = (chain + "." if chain else "") + pattern.format(leaf)
            if self.kind_of(face) in ("coroutine", "async_for"):
                return face
        if "twin" in self.entry:
            return self.entry.get("rename", {}).get(name, name)
        return None

    def _known_chain(self, name: str) -> bool:
        return "." not in name or name.rpartition(".")[0] in self.entry.get("namespaces", ())

    def _names(self, key: str) -> list[str]:
        return self.entry.get(key, [])  # type: ignore[return-value]  # only keys of Entry that hold lists are asked for

    def _listed(self, name: str) -> Label | None:
        if name in self._names("sync_methods"):
            return "sync"
        for key in EXCEPTIONS:
            if name in self._names(key):
                return _LABELS[key]
        if name in self._names("coroutines") or name in self._names("awaitable"):
            return "coroutine"
        return None

    def _matched(self, name: str) -> Label | None:
        if matches(self._names("sync_methods"), name):
            return "sync"
        for key in EXCEPTIONS:
            if matches(self._names(key), name):
                return _LABELS[key]
        return None

    def _default(self, name: str) -> Label:
        if self.kind == "sync":
            return "coroutine" if matches(self._names("awaitable"), name) else "sync"
        if "coroutines" in self.entry:
            return "coroutine" if matches(self._names("coroutines"), name) else "unknown"
        return "coroutine"
