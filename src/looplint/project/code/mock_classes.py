"""Classes of the project that derive from a class of `unittest.mock`: which mocks they make, what they say themselves.

Children and results of a Mock or MagicMock are of its own class, so what the class defines holds for all of them; those
of an AsyncMock are plain AsyncMocks, those of a NonCallableMock plain Mocks (`_get_child_mock`). Magic methods that a
class defines count for a Mock; a MagicMock or AsyncMock puts its own in their place, unless a spec says otherwise
(measured on Python 3.10 to 3.13).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import last_name
from looplint.project.asked import Answer, remember
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.values import MOCK_MODULES, ClassValue, InstanceValue, MockClass, MockValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_BASES = {
    f"{module}.{kind}": kind
    for module in MOCK_MODULES
    for kind in ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "ThreadingMock")
}
_WITHOUT_MAGIC = ("Mock", "NonCallableMock", "ThreadingMock")
_KEPT = frozenset({"__init__", "__call__", "reset_mock"})
"""Methods of a mock that `super()` may be asked for."""
_DECIDING = frozenset(
    {
        "__new__", "__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__await__", "__class__",
        "__dict__",
        "return_value", "side_effect", "configure_mock", "attach_mock", "mock_add_spec", "_spec_class", "_mock_methods",
        "_mock_call", "_execute_mock_call", "_mock_children", "_mock_wraps", "_mock_parent",
    }
)  # fmt: skip
"""Names that decide what a mock gives; a class that has to do with one of them is not judged."""


def mock_class(project: Project, cls: Class) -> MockClass | None:
    """What the mocks are that a class makes; None for a class that makes none, or that is not understood."""
    if not cls.node.bases or b"ock" not in cls.facts.source.raw:
        return None
    notes: dict[object, Answer[MockClass | None]] = cls.facts.notes
    return remember(notes, (mock_class, cls), lambda: _mock_class(project, cls))


def made_mock(project: Project, called: ClassValue, call: ast.AST) -> MockClass | None:
    """What the mock is that calling a class makes; None where it makes none, or one that is not understood."""
    if called.cls is None or called.via == "self":
        return None
    found = mock_class(project, called.cls)
    return None if found is None or (found.parameters and isinstance(call, ast.Call) and bool(call.args)) else found


def mock_class_of(project: Project, facts: Facts, node: ast.expr) -> MockClass | None:
    """The class of mocks that an expression names; only names with "Mock" in them are looked at."""
    leaf = last_name(node)
    value = project.infer(facts, node) if "mock" in leaf.lower() else None
    return mock_class(project, value.cls) if isinstance(value, ClassValue) and value.cls is not None else None


def mock_kind_of(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """The kind of the mocks that an expression makes, which names a class of the project with "Mock" in its name."""
    found = mock_class_of(project, facts, node)
    return None if found is None else found.kind


def seen_as_instance(mock: MockValue, name: str) -> MockValue | InstanceValue | None:
    """A mock as an instance of its class, where that has a name itself; None where it is not known who decides."""
    if mock.made is None or not mock.class_has(name):
        return mock
    is_replaced = name.startswith("__") and mock.made.kind not in _WITHOUT_MAGIC
    return None if mock.path or is_replaced else InstanceValue(mock.origin, "constructor", mock.made.cls)


def _mock_class(project: Project, cls: Class) -> MockClass | None:
    outside = external_bases(project, cls)
    kind = _BASES.get(next(iter(outside)) or "") if len(outside) == 1 else None
    owners = list(mro(project, cls)) if kind is not None else []
    found: MockClass | None = None
    for owner in reversed([owner for owner in owners if owner is not None]):
        found = _derived(owner, found or MockClass(owner, kind or ""))
        if found is None:
            return None
    return found


def _derived(cls: Class, base: MockClass) -> MockClass | None:
    """What a class makes of the mocks of its base."""
    own = _names(cls)
    if own is None or cls.node.decorator_list or cls.node.keywords:
        return None
    kind, home_made, child, parameters = base.kind, base.home_made, base.child, base.parameters
    if "__call__" in own:
        method = cls.methods.get("__call__")
        if method is None or not _calls_base(method, is_coroutine=kind == "AsyncMock"):
            return None
        home_made = home_made or (method.is_async and kind != "AsyncMock")
        kind = "AsyncMock" if method.is_async else kind
    if "_get_child_mock" in own:
        child = _child(cls.methods.get("_get_child_mock"))
        if child is None:
            return None
    if "__init__" in own:
        names = _parameters(cls.methods.get("__init__"))
        if names is None:
            return None
        parameters = parameters | names
    return MockClass(cls, kind, base.own | own, child, home_made, parameters)


def _names(cls: Class) -> frozenset[str] | None:
    """The names that a class has to do with: bound in its body, asked of `self`; None where it hides some."""
    found = {*cls.facts.scope(cls.node).names}
    for method in cls.methods.values():
        for node in cls.facts.within(method.node, ast.Name):
            up = method.facts.parent(node)
            if method.parameters and node.id == method.parameters[0]:
                if isinstance(up, ast.Attribute):
                    found.add(up.attr)
                elif not isinstance(up, (ast.Return, ast.Yield)) and not _is_super(up):
                    return None
    above = [cls.facts.parent(call) for call in cls.facts.within(cls.node, ast.Call) if _is_super(call)]
    asked = {up.attr for up in above if isinstance(up, ast.Attribute)}
    return None if (found | asked) & _DECIDING or not asked <= _KEPT else frozenset(found)


def _is_super(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _of_base(method: Function) -> Iterator[ast.Call]:
    """The calls of the same method of the base."""
    for call in method.facts.within(method.node, ast.Call):
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == method.name and _is_super(func.value):
            yield call


def _calls_base(method: Function, *, is_coroutine: bool) -> bool:
    """Does `__call__` return what that of the base gives, awaited where it gives a coroutine?"""
    calls = set(_of_base(method))
    returns = [node.value for node in method.walk() if isinstance(node, ast.Return)]
    if method.decorators or method.is_generator or not returns:
        return False
    for value in returns:
        is_awaited = isinstance(value, ast.Await)
        given = value.value if isinstance(value, ast.Await) else value
        if given not in calls or is_awaited is not (is_coroutine and method.is_async):
            return False
    return True


def _child(method: Function | None) -> str | None:
    """The class of the children, where a method does nothing but make one of `unittest.mock`."""
    body = method.node.body if method is not None else []
    last = body[-1] if body else None
    call = last.value if isinstance(last, ast.Return) else None
    if method is None or method.decorators or len(body) > 1 + (ast.get_docstring(method.node) is not None):
        return None
    if not isinstance(call, ast.Call) or call.args or [k.arg for k in call.keywords] != [None]:
        return None
    kind = _BASES.get(method.facts.resolve(call.func) or "")
    return kind if kind in ("Mock", "MagicMock", "AsyncMock") else None


def _parameters(init: Function | None) -> frozenset[str] | None:
    """The parameters that a constructor keeps for itself; None where it says more of the mock than it is told."""
    if init is None or init.decorators or init.is_async:
        return None
    arguments = init.node.args
    calls = list(_of_base(init))
    star, stars = arguments.vararg, arguments.kwarg
    if len(calls) != 1 or stars is None:
        return None  # children are made with keywords: such a class can have none
    plain = [*arguments.posonlyargs, *arguments.args][1:]
    if len(plain) > len(arguments.defaults) or any(default is None for default in arguments.kw_defaults):
        return None
    passed = [f"*{star.arg}"] if star is not None else []
    if [ast.unparse(node) for node in (*calls[0].args, *calls[0].keywords)] != [*passed, f"**{stars.arg}"]:
        return None
    stars_used = [
        node for node in init.facts.within(init.node, ast.Name) if f"*{node.id}" in (*passed, f"*{stars.arg}")
    ]
    names = frozenset(node.arg for node in (*plain, *arguments.kwonlyargs))
    return None if len(stars_used) != len(passed) + 1 or names & _CONFIGURING else names


_CONFIGURING = frozenset({"spec", "spec_set", "wraps", "autospec", "name", "return_value", "side_effect"})
"""Keywords of a mock that a constructor must leave to its base."""
