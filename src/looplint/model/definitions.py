"""Functions, classes, decorators and fixtures of one file, in the words of pytest and unittest."""

from __future__ import annotations

import ast
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from looplint.model.names import FunctionNode, own_expressions, parameters_of
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from looplint.model.facts import Facts

PLAIN_FIXTURES = ("pytest.fixture", "pytest.yield_fixture")
ASYNCIO_FIXTURES = ("pytest_asyncio.fixture", "pytest_asyncio.plugin.fixture")

MODULE_HOOKS = frozenset({"setup_module", "teardown_module", "setup_function", "teardown_function"})
"""xunit hooks at module level (pytest documentation, "How to implement xunit-style set-up")."""
CLASS_HOOKS = frozenset({"setup_class", "teardown_class", "setup_method", "teardown_method"})
"""xunit hooks of a test class."""
UNITTEST_HOOKS = frozenset({"setUp", "tearDown", "setUpClass", "tearDownClass", "asyncSetUp", "asyncTearDown"})
"""unittest hooks; the last two are awaited, by IsolatedAsyncioTestCase only."""
SETUP_HOOKS = frozenset(
    {"setup_module", "setup_function", "setup_class", "setup_method", "setUp", "setUpClass", "asyncSetUp"}
)


class Colour(Enum):
    """What calling a callable gives."""

    SYNC = "sync"
    ASYNC = "async"
    ASYNC_GENERATOR = "async generator"
    AWAITABLE = "awaitable"
    DUAL = "dual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decorator:
    """One decorator: its expression, its resolved dotted name, its call if it is called."""

    node: ast.expr
    name: str | None
    call: ast.Call | None

    def keyword(self, name: str) -> ast.expr | None:
        """The value of a keyword argument."""
        return keyword(self.call, name) if self.call else None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a call's keyword argument."""
    return next((k.value for k in call.keywords if k.arg == name), None)


def constant(node: ast.expr | None) -> object:
    """The value of a literal; None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


@dataclass(frozen=True, slots=True, eq=False)
class Fixture:
    """A fixture function.

    `scope` is "function" by default and None where it is computed; `loop_scope` None where not given; `plain` means
    `pytest.fixture` rather than `pytest_asyncio.fixture`.
    """

    name: str
    function: Function
    decorator: Decorator
    scope: str | None
    loop_scope: str | None
    autouse: bool
    plain: bool


class Function:
    """A def: its place, its colour and its role in a test suite."""

    def __init__(
        self, facts: Facts, node: FunctionNode, qualname: str, cls: Class | None, outer: Function | None
    ) -> None:
        self.facts = facts
        self.node = node
        self.name = node.name
        self.qualname = qualname
        self.cls = cls
        """The class whose body directly holds the def."""
        self.outer = outer
        """The function around the def (or around its class)."""
        self.is_async = isinstance(node, ast.AsyncFunctionDef)

    def __repr__(self) -> str:
        return f"<{'async ' if self.is_async else ''}def {self.qualname}>"

    @property
    def dotted(self) -> str:
        """Module and qualified name ("app.repo.Repo.get")."""
        return f"{self.facts.module_name}.{self.qualname}" if self.facts.module_name else self.qualname

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters, `self` included."""
        return tuple(p.arg for p in parameters_of(self.node))

    @cached_property
    def decorators(self) -> tuple[Decorator, ...]:
        """The decorators, top to bottom."""
        return tuple(self.facts.decorator(d) for d in self.node.decorator_list)

    def decorated(self, *names: str) -> Decorator | None:
        """The first decorator whose resolved name is one of `names`."""
        return next((d for d in self.decorators if d.name in names), None)

    def walk(self) -> tuple[ast.AST, ...]:
        """Every node of the def's own body in source order; nested defs, classes and lambdas are not entered."""
        return self._walked

    @cached_property
    def _walked(self) -> tuple[ast.AST, ...]:
        return tuple(own_expressions(self.node))

    @cached_property
    def yields(self) -> tuple[ast.Yield | ast.YieldFrom, ...]:
        """Its own yields."""
        if not self.facts.has_yields or not self.facts.within(self.node, ast.Yield, ast.YieldFrom):
            return ()  # most functions have none, and need no walk of their own
        return tuple(n for n in self.walk() if isinstance(n, (ast.Yield, ast.YieldFrom)))

    @property
    def is_generator(self) -> bool:
        """Has it a yield of its own?"""
        return bool(self.yields)

    @property
    def colour(self) -> Colour:
        """The colour of the undecorated def, from its syntax alone."""
        if not self.is_async:
            return Colour.SYNC
        return Colour.ASYNC_GENERATOR if self.is_generator else Colour.ASYNC

    @property
    def in_function(self) -> bool:
        """Is it local to another function?"""
        return self.outer is not None

    @cached_property
    def fixture(self) -> Fixture | None:
        """The fixture that the def makes, if it is decorated as one."""
        for decorator in self.decorators:
            if decorator.name in PLAIN_FIXTURES or decorator.name in ASYNCIO_FIXTURES:
                return _fixture(self, decorator)
        return None

    @property
    def hook(self) -> str | None:
        """Its name, where it is a setup or teardown hook by name and place.

        Whether the class is one that pytest or unittest runs is asked of the project.
        """
        if self.outer is not None or self.fixture is not None:
            return None
        names = CLASS_HOOKS | UNITTEST_HOOKS if self.cls else MODULE_HOOKS
        return self.name if self.name in names else None


def _fixture(function: Function, decorator: Decorator) -> Fixture:
    name = constant(decorator.keyword("name"))
    scope_node = decorator.keyword("scope")
    if scope_node is None and decorator.call is not None and decorator.call.args:
        scope_node = decorator.call.args[0]
    scope = "function" if scope_node is None else constant(scope_node)
    loop_scope = constant(decorator.keyword("loop_scope"))
    return Fixture(
        name=name if isinstance(name, str) else function.name,
        function=function,
        decorator=decorator,
        scope=scope if isinstance(scope, str) else None,
        loop_scope=loop_scope if isinstance(loop_scope, str) else None,
        autouse=constant(decorator.keyword("autouse")) is True,
        plain=decorator.name in PLAIN_FIXTURES,
    )


class Class:
    """A class: its bases and methods."""

    def __init__(
        self, facts: Facts, node: ast.ClassDef, qualname: str, cls: Class | None, outer: Function | None
    ) -> None:
        self.facts = facts
        self.node = node
        self.name = node.name
        self.qualname = qualname
        self.cls = cls
        self.outer = outer
        self.methods: dict[str, Function] = {}

    def __repr__(self) -> str:
        return f"<class {self.qualname}>"

    @property
    def dotted(self) -> str:
        """Module and qualified name."""
        return f"{self.facts.module_name}.{self.qualname}" if self.facts.module_name else self.qualname

    @cached_property
    def bases(self) -> tuple[str | None, ...]:
        """The resolved names of the bases (of `Generic[T]`: of `Generic`); None for one that does not resolve."""
        return tuple(self.facts.resolve(b.value if isinstance(b, ast.Subscript) else b) for b in self.node.bases)

    @cached_property
    def decorators(self) -> tuple[Decorator, ...]:
        """The decorators, top to bottom."""
        return tuple(self.facts.decorator(d) for d in self.node.decorator_list)

    @cached_property
    def attributes(self) -> dict[str, ast.expr]:
        """Class attributes with their value; the last assignment counts."""
        found: dict[str, ast.expr] = {}
        for stmt in self.node.body:
            if isinstance(stmt, ast.Assign):
                for target in stmt.targets:
                    if isinstance(target, ast.Name):
                        found[target.id] = stmt.value
            elif isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.value is not None:
                found[stmt.target.id] = stmt.value
        return found
