"""The catalogue's entries of one distribution, held against the live library. Runs inside its environment.

Independent of the survey: it looks at the classes again, through the reading rules of `looplint.knowledge.catalogue`.
It cannot tell what a plain `def` without annotation gives: there it checks that the name exists, and what a mock makes
of it.
"""

from __future__ import annotations

import inspect
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any
from unittest import mock

from looplint.knowledge.catalogue import Client, matches
from looplint.knowledge.makers.classify import classify, classify_member, is_flagged
from looplint.knowledge.makers.look_up import attempt, bare, follow, public_names, resolve
from looplint.knowledge.makers.survey import Job, make, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

Check = tuple[bool, str]
AWAITED = ("awaitable", "dual", "await_or_with", "await_or_for", "future")
BOTH = ("await_or_with", "await_or_for")
EXCLUSIVE = ("coroutines", "awaitable", "futures", "async_for", "async_with", *BOTH)
LISTED = (*EXCLUSIVE, "sync_methods", "blocking", "nonblocking", "raises_in_loop", "unflagged", "flagged", "unknown")
CLOSING_CALL = re.compile(r"(await )?(\w+)\(\w*\)")
FACTORY = re.compile(r"(await |async with |with |)(.+)")


def verify(job: Job, clients: dict[str, Any], functions: dict[str, Any]) -> tuple[int, list[str]]:
    """How many things were checked, and what does not agree."""
    warnings.simplefilter("ignore")
    scope = prepare(job)
    count, wrong = 0, []
    for path, entry in clients.items():
        for agrees, message in check_client(Client(path, entry), job, scope):
            count += 1
            if not agrees:
                wrong.append(message)
    for module, table in functions.items():
        for agrees, message in check_functions(module, table):
            count += 1
            if not agrees:
                wrong.append(message)
    return count, wrong


def check_client(client: Client, job: Job, scope: dict[str, Any]) -> Iterator[Check]:
    """All that can be checked about one class."""
    cls = found(client.path)
    if not inspect.isclass(cls) and client.path in ("threading.Lock", "threading.RLock"):
        cls = type(cls())  # factory functions before Python 3.13
    yield inspect.isclass(cls), f"{client.path}: {cls!r} is no class"
    if not inspect.isclass(cls):
        return
    yield from check_names_of(client, cls)
    yield from check_members(client, cls)
    if client.namespaces and client.path in job["make"]:
        yield from check_namespaces(client, cls, job, scope)
    yield from check_lists(client, cls)
    yield from check_closing(client, cls)
    yield from check_factories(client)
    yield from check_what_a_spec_makes(client, cls)


def check_names_of(client: Client, cls: type) -> Iterator[Check]:
    """Aliases are the class, subclasses derive from it."""
    for alias in client.aliases:
        yield found(alias) is cls, f"{client.path}: alias {alias} is something else"
    for name in client.entry.get("subclasses", ()):
        subclass = found(name)
        if inspect.isclass(subclass):
            yield issubclass(subclass, cls), f"{client.path}: {name} is no subclass"


def check_members(client: Client, cls: type) -> Iterator[Check]:
    """Every public method has the label that the class itself shows."""
    missing = object()
    for name in public_names(cls):
        raw = attempt(inspect.getattr_static, cls, name, default=missing)
        function = bare(raw)
        if raw is missing or isinstance(raw, property) or inspect.isclass(raw) or not callable(function):
            continue
        shrug = matches(client.entry.get("unknown", ()), name) or name in client.entry.get("unstable", ())
        yield from check_flags(client, name, function, shrug=shrug)
        if client.kind_of(name) == "coroutine" and not is_flagged(function):
            yield speaks_for_itself(client, cls, name)


def check_flags(client: Client, name: str, function: Any, *, shrug: bool = False) -> Iterator[Check]:
    """What `inspect` says of a function, and what the catalogue says."""
    where, label = f"{client.path}.{name}", client.kind_of(name)
    if is_flagged(function):
        yield label == "coroutine" or shrug, f"{where}: a coroutine function, catalogued as {label}"
        if label == "coroutine" and client.kind == "async":
            yield client.flagged(name), f"{where}: a coroutine function, catalogued as unflagged"
    elif inspect.isasyncgenfunction(function):
        yield label in ("async_for", *BOTH) or shrug, f"{where}: an async generator, catalogued as {label}"
    elif client.kind == "async" and label == "coroutine":
        yield not client.flagged(name), f"{where}: no coroutine function, catalogued as a flagged coroutine"


def speaks_for_itself(client: Client, cls: type, name: str) -> Check:
    """A plain def called a coroutine: its annotation, wrapper or delegate says so, or it hides what it gives."""
    verdict = classify_member(cls, name)
    heard_only = client.kind == "async" and verdict.get("why") in ("native", "flag", "returns-self")
    message = f"{client.path}.{name}: {verdict['nature']} ({verdict.get('why')}), catalogued as awaitable"
    return verdict["nature"] in AWAITED or heard_only, message


def check_namespaces(client: Client, cls: type, job: Job, scope: dict[str, Any]) -> Iterator[Check]:
    """The chains of a live instance, method by method."""
    try:
        obj = make(job, client.path, cls, scope)
    except Exception as error:  # noqa: BLE001
        yield False, f"{client.path}: cannot be made: {error!r}"
        return
    missing = object()
    for chain in client.namespaces:
        held = attempt(follow, obj, chain.split("."), default=missing)
        yield held is not missing, f"{client.path}.{chain} is not there"
        for name in public_names(type(held)) if held is not missing else ():
            function = attempt(getattr, type(held), name, default=None)
            if callable(function) and not inspect.isclass(function):
                yield from check_flags(client, f"{chain}.{name}", function)


def check_lists(client: Client, cls: type) -> Iterator[Check]:
    """No name in two lists, every listed name there, legacy names gone."""
    entry: dict[str, Any] = dict(client.entry)
    others = {name for key in EXCLUSIVE for name in entry.get(key, ())}
    twice = sorted(set(entry.get("sync_methods", ())) & others)
    yield not twice, f"{client.path}: listed twice: {twice[:4]}"
    for key in LISTED:
        for name in entry.get(key, ()):
            yield from check_listed(client, cls, key, name)
    for name in client.legacy:
        yield not has(cls, name), f"{client.path}: legacy {name} is still there"


def check_listed(client: Client, cls: type, key: str, name: str) -> Iterator[Check]:
    """A listed name exists, a glob matches something; chains are checked on live instances."""
    if "." in name or name == "*":
        return
    if "*" not in name:
        yield has(cls, name) or client.dynamic, f"{client.path}: {key} {name} is not there"
    elif not client.namespaces and not client.dynamic:
        yield any(matches([name], member) for member in dir(cls)), f"{client.path}: {key} {name} matches nothing"


def check_closing(client: Client, cls: type) -> Iterator[Check]:
    """The ways to close exist and are awaited where they must be."""
    for word, name in (("with", "__enter__"), ("async with", "__aenter__")):
        if client.enters is not None:
            agrees = hasattr(cls, name) or word not in client.enters
            yield agrees, f"{client.path}: enters by {word}, but has no {name}"
    for way in client.close:
        if way == "async with":
            yield hasattr(cls, "__aenter__"), f"{client.path}: no __aenter__"
        elif way == "with":
            yield hasattr(cls, "__enter__"), f"{client.path}: no __enter__"
        elif call := CLOSING_CALL.fullmatch(way):
            label = client.kind_of(call[2])
            right = bool(call[1]) == (label in ("coroutine", "future")) or label == "unknown"
            yield has(cls, call[2]) and right, f"{client.path}: close {way}, but {call[2]} is {label}"


def check_factories(client: Client) -> Iterator[Check]:
    """Factories exist; those without a prefix are no coroutine functions. That they give this class is not checked."""
    for spelling in client.factories:
        prefix, path = FACTORY.fullmatch(spelling).groups()  # type: ignore[union-attr]  # matches every line
        maker = found(path)
        if isinstance(maker, Exception):
            absent = path.partition(".")[0] not in sys.modules or path == "google.genai.Client.aio"
            yield absent, f"{client.path}: factory {spelling}: {maker!r}"
        else:
            yield prefix != "" or not is_flagged(maker), f"{client.path}: factory {spelling} is a coroutine function"


def check_what_a_spec_makes(client: Client, cls: type) -> Iterator[Check]:
    """The trap itself: autospec takes an unflagged method for sync."""
    for name in public_names(cls) if client.kind == "async" else ():
        trap = client.kind_of(name) == "coroutine" and not client.flagged(name)
        if trap and callable(inspect.getattr_static(cls, name, None)):
            specced = attempt(lambda: mock.create_autospec(cls, instance=True), default=None)
            double = attempt(getattr, specced, name, default=None)
            agrees = double is None or not isinstance(double, mock.AsyncMock)
            yield agrees, f"{client.path}.{name}: autospec makes an AsyncMock of it"
            return


def check_functions(module: str, table: dict[str, Any]) -> Iterator[Check]:
    """Module functions exist, and are flagged, or not, as their label says."""
    for name in table.get("sync", ()):
        function = found(f"{module}.{name}")
        yield callable(function), f"{module}.{name}: {function!r}"
        yield not is_flagged(function), f"{module}.{name}: a coroutine function, catalogued as sync"
    for name in table.get("coroutines", ()):
        function = found(f"{module}.{name}")
        awaited = is_flagged(function) or classify(function)["nature"] in ("awaitable", "await_or_with", "future")
        yield awaited, f"{module}.{name}: not awaitable"


def found(path: str) -> Any:
    """The object, or the exception that looking it up raised."""
    try:
        return resolve(path)
    except Exception as error:  # noqa: BLE001
        return error


def has(cls: type, name: str) -> bool:
    """A descriptor that refuses to be looked at on the class (web3) is there all the same."""
    try:
        return hasattr(cls, name)
    except Exception:  # noqa: BLE001
        return True
