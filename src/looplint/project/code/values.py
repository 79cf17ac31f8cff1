"""What an expression is: the values that inference knows, each with where it comes from."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from looplint.model.records import dataclass

if TYPE_CHECKING:
    import ast

    from looplint.knowledge.catalogue import Client
    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition

MOCK_KINDS = frozenset(
    {"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock", "ThreadingMock"}
)
MOCK_MODULES = ("unittest.mock", "mock", "mock.mock")
MOCK_API = frozenset(
    {
        "assert_any_await", "assert_any_call", "assert_awaited", "assert_awaited_once", "assert_awaited_once_with",
        "assert_awaited_with", "assert_called", "assert_called_once", "assert_called_once_with", "assert_called_with",
        "assert_has_awaits", "assert_has_calls", "assert_not_awaited", "assert_not_called", "attach_mock", "await_args",
        "await_args_list", "await_count", "call_args", "call_args_list", "call_count", "called", "configure_mock",
        "method_calls", "mock_add_spec", "mock_calls", "reset_mock",
    }
)  # fmt: skip
"""Attributes of a mock that are about the mock itself (unittest.mock documentation)."""
CALLED = "()"
"""The step of a path that stands for a call, and for `return_value`, which is what a call gives."""


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where a value was made: the expression and its file."""

    facts: Facts
    node: ast.AST

    @property
    def place(self) -> str:
        """`path:line` for messages."""
        return f"{self.facts.source.path}:{getattr(self.node, 'lineno', 1)}"


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One spelling of a value: in the code of `owner` (a def, a class for `self.x`, None for the module), `text` is it.

    `path` is what `text` denotes relative to the value: () the value itself, ("get",) its attribute `get`.
    """

    facts: Facts
    owner: Function | Class | None
    text: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """Base of all values. `via` tells how it was reached, weakest step last named: "constructor", "self", "fixture",
    "factory", "annotation", "return"."""

    origin: Origin
    via: str


@dataclass(frozen=True, slots=True, eq=False)
class ClientValue(Value):
    """An instance of a catalogued class; `chain` is the namespace reached on it ("chat.completions", "" for none)."""

    client: Client
    chain: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class InstanceValue(Value):
    """An instance of a project class."""

    cls: Class


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue(Value):
    """A class itself: of the project, or the dotted name of a foreign one."""

    dotted: str
    cls: Class | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue(Value):
    """A function or (bound) method of the project."""

    definition: Definition


class Nature(Enum):
    """What a name stands for, as `patch` and its users see it."""

    COROUTINE = "coroutine function"
    """`inspect.iscoroutinefunction` says yes: `patch` makes an AsyncMock."""
    AWAITABLE = "function that returns an awaitable"
    """Must be awaited too, but `patch` makes a MagicMock."""
    SYNC = "plain function"
    OTHER = "no function"
    """A class, an instance, a constant: `patch` makes a MagicMock."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A replaced name: as written, what it is, and the definition or catalogued class that says so."""

    name: str
    nature: Nature = Nature.UNKNOWN
    definition: Definition | None = None
    client: Client | None = None
    value: Value | None = None
    """What it holds, if it is no function."""
    module: Facts | None = None
    """The module whose global it is."""
    presumed: bool = False
    """Does only the default of a catalogued class say so, which has attributes that are no methods too?"""
    of_class: bool = False
    """Is it looked up on a class, so that a plain function put there becomes a method?"""

    @property
    def must_be_awaited(self) -> bool:
        """Does calling it give something to await?"""
        return self.nature in (Nature.COROUTINE, Nature.AWAITABLE)

    @property
    def evidence(self) -> str:
        """Where that is written, for messages."""
        if self.definition is not None:
            kind = "async def" if self.nature is Nature.COROUTINE else "returns an awaitable"
            return f"{kind} at {self.definition.place}"
        if self.client is not None:
            return f"a coroutine of `{self.client.path}`"
        return "a coroutine function"


@dataclass(frozen=True, slots=True, eq=False)
class MockClass:
    """A class of the project that derives from a class of `unittest.mock`.

    `kind` is the class of `unittest.mock` that its mocks are like; AsyncMock where its own `__call__` is a coroutine
    function too, which `home_made` says. `own` are the names that the class has to do with itself, `child` is the class
    of the children where it says another one, `parameters` are those that its constructor keeps for itself.
    """

    cls: Class
    kind: str
    own: frozenset[str] = frozenset()
    child: str | None = None
    home_made: bool = False
    parameters: frozenset[str] = frozenset()

    def name_of(self, kind: str, path: tuple[str, ...]) -> str:
        """The name of the class of a mock of that kind at a path of one of this class."""
        if path and (self.child is not None or (kind == "AsyncMock" and not self.home_made)):
            return kind
        return self.cls.name if kind == self.kind else kind


@dataclass(frozen=True, slots=True, eq=False)
class MockValue(Value):
    """A mock, or what is reached from one.

    `kind` is the class of the mock that was made; `path` the attributes and calls from it ("get", "()"), () for
    the mock itself. `names` are its spellings, with which later assignments to its attributes are found. `target` is
    what a `patch` replaces, `made` the class of the project that the mock is of.
    """

    kind: str
    path: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    target: Target | None = None
    made: MockClass | None = None

    @property
    def type(self) -> str:
        """The name of the class of the mock that was made."""
        return self.kind if self.made is None else self.made.cls.name

    def class_has(self, *names: str) -> bool:
        """Has the class of the mock, where it is one of the project, to do with one of these names itself?"""
        return self.made is not None and not self.made.own.isdisjoint(names)

    def child(self, *steps: str) -> MockValue:
        """The attribute `step` of the value, or what calling it gives for "()"."""
        return replace(self, path=(*self.path, *(CALLED if step == "return_value" else step for step in steps)))

    @property
    def root(self) -> MockValue:
        """The mock that was made, without what is reached from it."""
        return replace(self, path=())

    def known_as(self, name: Name) -> MockValue:
        """The same value with one more spelling."""
        return replace(self, names=(*self.names, replace(name, path=self.path)))


@dataclass(frozen=True, slots=True, eq=False)
class PatcherValue(Value):
    """What `patch(...)` gives before it is entered or started.

    `kind` is the mock class that it makes itself, None where it makes none (`new=`) or that is unknown; `starts` says
    that the call alone puts it in place (`mocker.patch`).
    """

    call: ast.Call
    target: Target | None
    kind: str | None
    starts: bool = False
    made: MockClass | None = None
    """The class of the project that it makes a mock of (`new_callable`)."""
