"""Is the value of an expression certainly no awaitable?

Answers with the name of its type for the error message that Python gives ("dict", "NoneType", "MagicMock"), or None
where it is, or may be, something to await.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from looplint.knowledge.decorators import KEEPS_COLOUR
from looplint.model.definitions import Function
from looplint.model.names import BindingKind, last_name
from looplint.project.code.awaitable_classes import never_awaitable
from looplint.project.code.definitions import external_bases
from looplint.project.code.infer import infer
from looplint.project.code.parameters import may_be_test, parametrized
from looplint.project.code.patching import injected_patch
from looplint.project.code.rebinding import rebound
from looplint.project.code.values import CALLED, ClassValue, FunctionValue, InstanceValue, MockValue

if TYPE_CHECKING:
    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_DEPTH = 6
_DISPLAYS: dict[type[ast.expr], str] = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.Compare: "bool",
}
_BUILTIN_METHODS = {
    "str": (
        "upper", "lower", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "replace", "removeprefix",
        "removesuffix", "format", "splitlines", "startswith", "endswith", "isdigit", "zfill", "swapcase",
    ),
    "bytes": ("encode",),
    "list": ("split", "rsplit"),
    "dict_items": ("items",),
    "dict_keys": ("keys",),
    "dict_values": ("values",),
}  # fmt: skip
_METHOD_TYPES = {name: kind for kind, names in _BUILTIN_METHODS.items() for name in names}
_STDLIB = (
    "datetime.", "decimal.", "uuid.", "pathlib.", "fractions.", "json.", "re.", "collections.", "time.", "types.Simple",
    "ipaddress.", "copy.", "base64.", "hashlib.", "random.", "math.", "string.", "io.", "numpy.", "pandas.", "os.path.",
)  # fmt: skip
"""Modules whose functions and classes give no awaitables."""
_TYPES = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type))
_PLAIN_BUILTINS = _TYPES - {"object", "super", "type"} | {
    "len",
    "sum",
    "sorted",
    "repr",
    "ascii",
    "hash",
    "id",
    "round",
}
_AWAITABLE_WORDS = ("future", "task", "await", "coro", "promise", "deferred", "async", "mock", "connect", "client",
                    "session", "request", "pool", "lock", "query", "context")  # fmt: skip
_EXCEPTION_WORDS = ("Error", "Exception", "Timeout", "Interrupt", "Exit", "Warning", "Cancelled", "StopIteration",
                    "Stop", "Failure", "Violation", "Denied", "NotFound", "Expired", "Abort")  # fmt: skip


def plain_type(project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> str | None:
    """The type name of an expression that is certainly no awaitable."""
    if depth <= 0:
        return None
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    kind = _DISPLAYS.get(type(node))
    if kind is not None:
        return kind
    if isinstance(node, ast.UnaryOp):
        return "bool" if isinstance(node.op, ast.Not) else plain_type(project, facts, node.operand, depth - 1)
    if isinstance(node, ast.BinOp):
        return _operation(project, facts, node, depth)
    if isinstance(node, ast.IfExp):
        return _all(project, facts, [node.body, node.orelse], depth)
    if isinstance(node, ast.BoolOp):
        return _all(project, facts, node.values, depth)
    if isinstance(node, ast.Name):
        return _name(project, facts, node, depth)
    if isinstance(node, ast.Call):
        return _call(project, facts, node, depth)
    return _inferred(project, facts, node)


def _all(project: Project, facts: Facts, nodes: list[ast.expr], depth: int) -> str | None:
    """The type of all of them; of several the last that is not None, which is what comes of a name set later."""
    found = [plain_type(project, facts, node, depth - 1) for node in nodes]
    return next((kind for kind in reversed(found) if kind != "NoneType"), "NoneType") if all(found) else None


def _operation(project: Project, facts: Facts, node: ast.BinOp, depth: int) -> str | None:
    """Arithmetic with a literal gives no awaitable."""
    for side in (node.left, node.right):
        if isinstance(side, (ast.Constant, ast.JoinedStr, ast.List)):
            return plain_type(project, facts, side, depth - 1)
    return _all(project, facts, [node.left, node.right], depth)


def _name(project: Project, facts: Facts, node: ast.Name, depth: int) -> str | None:
    found = facts.lookup(node.id, node)
    if found is None or not found[1]:
        return None
    bindings = [*found[1], *rebound(facts, found[0], node.id)]
    if all(b.kind is BindingKind.ASSIGNMENT and b.value is not None for b in bindings):
        return _all(project, facts, [b.value for b in bindings if b.value is not None], depth)
    holder = facts.definition_at(found[0])
    if len(bindings) == 1 and bindings[0].kind is BindingKind.PARAMETER and isinstance(holder, Function):
        return _inferred(project, facts, node) or fixture_type(project, holder, node.id, depth - 1)
    return _inferred(project, facts, node)


def fixture_type(project: Project, function: Function, name: str, depth: int = _DEPTH) -> str | None:
    """The type name of what a fixture hands to a test or fixture as parameter `name`, if that is no awaitable."""
    is_filled = function.fixture is not None or may_be_test(project, function)
    if depth <= 0 or not is_filled or name in parametrized(function) or injected_patch(project, function, name):
        return None
    fixture = project.fixture(name, function, function.facts)
    if fixture is None or (fixture.function.is_async and fixture.plain):
        return None  # in strict mode the coroutine itself
    made = fixture.function
    results = [n for n in made.walk() if isinstance(n, ast.Yield if made.is_generator else ast.Return)]
    values = [n.value for n in results if n.value is not None]
    if not values or any(isinstance(n, ast.YieldFrom) for n in made.walk()):
        return None
    return _all(project, made.facts, values, depth)


def _inferred(project: Project, facts: Facts, node: ast.expr) -> str | None:
    value = infer(project, facts, node)
    if isinstance(value, MockValue) and not value.path:
        return mock_type(value)
    if isinstance(value, InstanceValue) and never_awaitable(project, value.cls):
        return value.cls.name
    if isinstance(value, (ClassValue, FunctionValue)):
        return "type" if isinstance(value, ClassValue) else "function"
    return None


def mock_type(value: MockValue) -> str | None:
    """The class of a mock that was made; a mock is no awaitable itself, an AsyncMock neither."""
    return value.type if value.via in ("constructor", "patch") else None


def _call(project: Project, facts: Facts, node: ast.Call, depth: int) -> str | None:
    value = infer(project, facts, node)
    if value is not None and not (isinstance(value, MockValue) and value.path):
        return _inferred(project, facts, node)
    dotted = facts.resolve(node.func)
    if dotted is None:
        attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return _METHOD_TYPES.get(attribute) if value is None else None
    module, _, name = dotted.rpartition(".")
    if module == "builtins":
        return name if name in _TYPES & _PLAIN_BUILTINS else ("int" if name in _PLAIN_BUILTINS else None)
    definition = project.definition(dotted, facts)
    if definition is not None:
        return result_type(project, definition.function, depth - 1) if definition.function is not None else None
    if dotted.startswith(_STDLIB):
        return name
    external = name[:1].isupper() and not any(word in name.lower() for word in _AWAITABLE_WORDS)
    return name if external and module.partition(".")[0] not in ("asyncio", "concurrent", "unittest") else None


def result_type(project: Project, function: Function, depth: int = _DEPTH) -> str | None:
    """The type name of what calling a function gives, where that is certainly no awaitable."""
    if depth <= 0 or function.is_async or any(d.name not in KEEPS_COLOUR for d in function.decorators):
        return None
    if function.is_generator:
        return "generator"
    returns = [n for n in function.walk() if isinstance(n, ast.Return)]
    values = [n.value for n in returns if n.value is not None]
    if not values:
        return None if _never_returns(function) else "NoneType"
    return _all(project, function.facts, values, depth)


def _never_returns(function: Function) -> bool:
    """Does the function end by raising, itself or through `pytest.fail` and the like?"""
    last = function.node.body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        func = last.value.func
        leaf = last_name(func)
        return leaf in ("fail", "skip", "exit", "xfail", "abort") or "raise" in leaf
    return isinstance(last, ast.Raise)


def call_type(project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> str | None:
    """The type name of what calling the value of an expression gives, where that is certainly no awaitable."""
    if isinstance(node, ast.Lambda):
        return plain_type(project, facts, node.body, depth)
    value = infer(project, facts, node)
    if isinstance(value, FunctionValue) and value.definition.function is not None:
        return result_type(project, value.definition.function, depth)
    if isinstance(value, ClassValue) and value.cls is not None:
        if is_exception(project, facts, node):
            return None
        return value.cls.name if never_awaitable(project, value.cls) and "__new__" not in value.cls.methods else None
    if value is None and isinstance(node, ast.Name):
        dotted = facts.resolve(node) or ""
        return (
            node.id
            if dotted.startswith("builtins.")
            and node.id in _TYPES - {"object", "type"}
            and not (is_exception(project, facts, node))
            else None
        )
    return None


def side_effect_type(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """The type name of what a mock with this `side_effect` gives, where that is certainly no awaitable.

    None also where it raises: the await is never reached.
    """
    if isinstance(node, (ast.List, ast.Tuple)):
        results = [e for e in node.elts if not is_exception(project, facts, e)]
        found = [plain_type(project, facts, e) for e in results]
        return found[0] if found and all(found) else None
    return call_type(project, facts, node)


def is_exception(project: Project, facts: Facts, node: ast.expr) -> bool:
    """Is it an exception, or the class of one?"""
    if isinstance(node, ast.Starred):
        return False
    func = node.func if isinstance(node, ast.Call) else node
    value = infer(project, facts, func)
    if isinstance(value, ClassValue) and value.cls is not None:
        return _is_exception_class(project, value.cls)
    dotted = facts.resolve(func) or ""
    leaf = dotted.rpartition(".")[2]
    return leaf[:1].isupper() and any(word in leaf for word in _EXCEPTION_WORDS)


def _is_exception_class(project: Project, cls: Class) -> bool:
    for base in external_bases(project, cls):
        leaf = (base or "").rpartition(".")[2]
        if any(word in leaf for word in _EXCEPTION_WORDS):
            return True
    return False


def is_awaitable_free(path: tuple[str, ...]) -> bool:
    """Does a path end with a value, not with a call?"""
    return not path or path[-1] != CALLED
