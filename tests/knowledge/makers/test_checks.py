"""The verifier: it agrees with what is true, and catches what is not. Everything on classes of the standard library."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest

from looplint.knowledge.makers.checks import verify

QUEUE: dict[str, Any] = {
    "kind": "async",
    "distribution": "stdlib",
    "twin": "queue.Queue",
    "aliases": ["asyncio.queues.Queue"],
    "subclasses": ["asyncio.PriorityQueue"],
    "sync_methods": ["*_nowait", "empty", "full", "qsize", "task_done"]
    + [name for name in ("shutdown",) if hasattr(asyncio.Queue, name)],  # from Python 3.13
}
LOOP: dict[str, Any] = {
    "kind": "async",
    "distribution": "stdlib",
    "factories": ["asyncio.new_event_loop"],
    "coroutines": ["create_connection", "getaddrinfo", "shutdown_asyncgens", "sock_*", "subprocess_*"],
    "sync_methods": ["call_*", "close", "is_closed", "run_forever", "run_until_complete", "time"],
    "futures": ["create_future", "create_task"],
    "raises_in_loop": ["run_until_complete"],
    "close": ["close()"],
}
PROCESS: dict[str, Any] = {
    "kind": "sync",
    "distribution": "stdlib",
    "twin": "asyncio.subprocess.Process",
    "blocking": ["communicate", "wait"],
    "close": ["with", "wait()"],
    "legacy": ["no_longer_there"],
}
SAMPLE: dict[str, Any] = {
    "kind": "async",
    "distribution": "stdlib",
    "namespaces": ["resource"],
    "sync_methods": ["chained", "from_url", "hidden", "many", "plain", "raising", "resource.build"],
    "async_for": ["scan"],
    "async_with": ["session"],
    "futures": ["task"],
    "await_or_with": ["pipeline"],
    "await_or_for": ["list"],
    "unflagged": ["delegated", "promised", "union"],
}
CLIENTS = {
    "asyncio.Queue": QUEUE,
    "asyncio.AbstractEventLoop": {**LOOP, "coroutines": [*LOOP["coroutines"], "connect_*", "create_*_*", "start_tls"]},
    "subprocess.Popen": PROCESS,
    "sample_library.Client": SAMPLE,
    "threading.Lock": {"kind": "sync", "distribution": "stdlib", "blocking": ["acquire"]},
}
FUNCTIONS = {"asyncio": {"distribution": "stdlib", "sync": ["run"], "coroutines": ["sleep", "gather_nothing"]}}
JOB: dict[str, Any] = {
    "before": "import sample_library",
    "make": {"sample_library.Client": "C()"},
    "classes": [],
    "imports": [],
}


def wrong(path: str, **changes: Any) -> list[str]:
    entry = copy.deepcopy(CLIENTS[path])
    entry.update(changes)
    return verify(JOB, {path: {key: value for key, value in entry.items() if value is not None}}, {})[1]


@pytest.mark.parametrize("path", ["asyncio.Queue", "subprocess.Popen", "sample_library.Client", "threading.Lock"])
def test_true_entries_pass(path: str) -> None:
    count, found = verify(JOB, {path: CLIENTS[path]}, {})
    assert found == []
    assert count >= 3


@pytest.mark.parametrize(
    ("path", "changes", "message"),
    [
        ("asyncio.Queue", {"kind": "sync"}, "asyncio.Queue.get: a coroutine function, catalogued as sync"),
        ("asyncio.Queue", {"sync_methods": ["get", "*_nowait"]}, "asyncio.Queue.get: a coroutine function, catalogued"),
        (
            "asyncio.Queue",
            {"sync_methods": None},
            "asyncio.Queue.empty: no coroutine function, catalogued",
        ),
        ("asyncio.Queue", {"coroutines": ["put"]}, "asyncio.Queue.get: a coroutine function, catalogued as unknown"),
        ("asyncio.Queue", {"unflagged": ["get"]}, "asyncio.Queue.get: a coroutine function, catalogued as unflagged"),
        ("asyncio.Queue", {"sync_methods": [*QUEUE["sync_methods"], "gone"]}, "sync_methods gone is not there"),
        ("asyncio.Queue", {"sync_methods": [*QUEUE["sync_methods"], "zz_*"]}, "sync_methods zz_* matches nothing"),
        ("asyncio.Queue", {"aliases": ["asyncio.LifoQueue"]}, "alias asyncio.LifoQueue is something else"),
        ("asyncio.Queue", {"subclasses": ["asyncio.Lock"]}, "asyncio.Lock is no subclass"),
        ("asyncio.Queue", {"legacy": ["get"]}, "legacy get is still there"),
        ("asyncio.Queue", {"close": ["async with"]}, "asyncio.Queue: no __aenter__"),
        ("asyncio.Queue", {"close": ["with"]}, "asyncio.Queue: no __enter__"),
        ("asyncio.Queue", {"close": ["join()"]}, "close join(), but join is coroutine"),
        ("asyncio.Queue", {"factories": ["asyncio.sleep"]}, "factory asyncio.sleep is a coroutine function"),
        ("asyncio.Queue", {"factories": ["asyncio.no_such"]}, "factory asyncio.no_such: AttributeError"),
        ("asyncio.Queue", {"coroutines": ["get", "put", "join", "full"]}, "listed twice: ['full']"),
        ("subprocess.Popen", {"close": ["await wait()"]}, "close await wait(), but wait is sync"),
        ("subprocess.Popen", {"awaitable": ["wait"]}, "subprocess.Popen.wait: sync (flag), catalogued as awaitable"),
        ("sample_library.Client", {"async_for": None}, "Client.scan: an async generator, catalogued as coroutine"),
        ("sample_library.Client", {"unflagged": None}, "Client.union: no coroutine function, catalogued as a flagged"),
        ("sample_library.Client", {"namespaces": ["nowhere"]}, "sample_library.Client.nowhere is not there"),
        ("sample_library.Client", {"sync_methods": ["resource.*"]}, "Client.resource.create: a coroutine function"),
    ],
)
def test_planted_errors_are_caught(path: str, changes: dict[str, Any], message: str) -> None:
    assert any(message in line for line in wrong(path, **changes)), wrong(path, **changes)


def test_a_class_that_is_not_there() -> None:
    assert verify(JOB, {"asyncio.NoSuchClass": QUEUE}, {})[1][0].startswith("asyncio.NoSuchClass: AttributeError")


def test_an_instance_that_cannot_be_made() -> None:
    job = {**JOB, "make": {"sample_library.Client": "C(1, 2)"}}
    assert "cannot be made" in verify(job, {"sample_library.Client": SAMPLE}, {})[1][0]


def test_module_functions() -> None:
    _, found = verify(JOB, {}, FUNCTIONS)
    assert found == ["asyncio.gather_nothing: not awaitable"]
    _, found = verify(JOB, {}, {"asyncio": {"sync": ["sleep", "nothing"], "coroutines": ["sleep"]}})
    assert found[0] == "asyncio.sleep: a coroutine function, catalogued as sync"
    assert "asyncio.nothing: AttributeError" in found[1]
