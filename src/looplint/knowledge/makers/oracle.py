"""Calling methods to see what they give, where neither flags nor annotations tell. Runs inside a library's environment.

The network is off, the arguments are made up, and whatever comes back is looked at and thrown away.
"""

from __future__ import annotations

import asyncio
import builtins
import inspect
import signal
import socket
from typing import TYPE_CHECKING, Any

from looplint.knowledge.makers.look_up import attempt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.knowledge.makers.classify import Verdict

SECONDS = 2
NEVER_CALLED = frozenset(
    (
        *("close", "destroy", "exit", "from_url", "kill", "loop_forever", "mainloop", "monitor", "quit", "run"),
        *("run_forever", "run_polling", "serve_forever", "shutdown", "start", "stop", "term", "terminate"),
    )
)
_SETTLED = {
    "future": "future",
    "await": "awaitable",
    "await+enter": "await_or_with",
    "await+iterate": "await_or_for",
    "await+enter+iterate": "await_or_with",
    "iterate": "async_for",
    "enter": "async_with",
    "enter+iterate": "async_with",
}
_OPEN = {"sync", "dual", "awaitable", "future", "async_with", "async_for", "await_or_with", "await_or_for"}


class NetworkOffError(OSError):
    """Raised by every attempt to reach the network."""


class _TimeUpError(BaseException):
    """Raised by the alarm, past every `except Exception` of a library."""


def network_off() -> None:
    """For the rest of this process: no connections, no names looked up, no descriptors opened by number."""

    def refused(*_: Any, **__: Any) -> Any:
        raise NetworkOffError("the network is off in the oracle")

    real = builtins.open

    def guarded(file: Any, *rest: Any, **options: Any) -> Any:
        return real("/dev/null" if isinstance(file, int) else file, *rest, **options)

    for owner, name in (
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (socket.socket, "sendto"),
        (socket, "create_connection"),
        (socket, "getaddrinfo"),
    ):
        setattr(owner, name, refused)
    builtins.open = guarded  # a library may be handed 987654 as a file


def unsettled(members: dict[str, Verdict]) -> list[str]:
    """The names whose nature rests on an annotation or on nothing."""
    return [
        name
        for name, verdict in members.items()
        if name not in NEVER_CALLED
        and verdict["nature"] in _OPEN
        and verdict.get("why") != "returns-self"
        and not (verdict.get("why") == "flag" and verdict["nature"] != "sync")
    ]


def listen(obj: Any, names: Iterable[str]) -> dict[str, str]:
    """Name -> what the call gave. Must run inside an event loop."""
    return {name: call(attempt(getattr, obj, name, default=None)) for name in names}


def apply(members: dict[str, Verdict], heard: dict[str, str]) -> None:
    """What was heard overrules annotations, never flags; open unions follow a class that is of one mind."""
    said = {
        "value" if answer == "none" else answer
        for name, answer in heard.items()
        if members[name]["nature"] == "dual" and not answer.startswith("error")
    }
    for name, verdict in members.items():
        open_union = verdict["nature"] == "dual"
        answer = heard.get(name, "error:never called" if open_union and len(said) == 1 else None)
        if answer is None:
            continue
        verdict["heard"] = answer
        if answer in _SETTLED:
            verdict |= {"nature": _SETTLED[answer], "why": "heard"}
        elif answer in ("value", "none") and verdict["nature"] in ("dual", "awaitable", "future"):
            verdict |= {"nature": "sync", "why": "heard"}
        elif answer.startswith("error") and open_union and len(said) == 1:
            followed = {"await": "awaitable", "await+enter": "await_or_with"}
            verdict |= {"nature": followed.get(next(iter(said)), "sync"), "why": "unanimous"}


def call(bound: Any) -> str:
    """future, await, enter and iterate joined by `+`; `value`, `none`; `error:TYPE` where no made-up arguments do."""
    answer = "error:"
    signal.signal(signal.SIGALRM, _time_up)
    for arguments, keywords in _attempts(bound):
        signal.alarm(SECONDS)
        try:
            given = bound(*arguments, **keywords)
        except _TimeUpError:
            return "error:time"
        except BaseException as error:  # noqa: BLE001 - SystemExit and CancelledError of a library among them
            if _is_network(error):
                return "error:network"
            answer = f"error:{type(error).__name__}"
            continue
        finally:
            signal.alarm(0)
        return _look_at(given)
    return answer


def _look_at(given: Any) -> str:
    seen = []
    if isinstance(given, asyncio.Future):
        seen.append("future")
        given.cancel()
    elif inspect.isawaitable(given):
        seen.append("await")
    if hasattr(type(given), "__aenter__"):
        seen.append("enter")
    if hasattr(type(given), "__aiter__"):
        seen.append("iterate")
    if inspect.iscoroutine(given):
        given.close()
    return "+".join(seen) or ("none" if given is None else "value")


def _attempts(bound: Any) -> list[tuple[list[Any], dict[str, Any]]]:
    signature = attempt(inspect.signature, bound, default=None)
    parameters = list(signature.parameters.values()) if signature is not None else []
    required = [parameter for parameter in parameters if parameter.default is parameter.empty]
    positional = [p for p in required if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    keywords = {p.name: _guesses(p)[0] for p in required if p.kind is p.KEYWORD_ONLY}
    tried = [[_pick(_guesses(parameter), turn) for parameter in positional] for turn in range(4)]
    if signature is None or any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        tried += [[*tried[0], "x"], [*tried[1], "x"], [*tried[0], "x", 987654]]
    return [(arguments, keywords) for arguments in tried]


def _pick(guesses: list[Any], turn: int) -> Any:
    return guesses[min(turn, len(guesses) - 1)]


def _guesses(parameter: inspect.Parameter) -> list[Any]:
    annotation = parameter.annotation
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    if "int" in text.lower() and "str" not in text.lower():
        return [987654, "1"]
    if "Mapping" in text or "dict" in text.lower():
        return [{"x": "1"}, "x"]
    if "Callable" in text:
        return [lambda *_, **__: None, "x"]
    if any(word in text for word in ("Sequence", "List", "Iterable", "list")):
        return [["x"], "x"]
    return ["x", 987654, ["x"], {"x": "1"}]


def _is_network(error: BaseException) -> bool:
    link: BaseException | None = error
    for _ in range(8):
        if link is None:
            return False
        if isinstance(link, NetworkOffError) or "network is off" in str(link):
            return True
        link = link.__cause__ or link.__context__
    return False


def _time_up(*_: Any) -> None:
    raise _TimeUpError
