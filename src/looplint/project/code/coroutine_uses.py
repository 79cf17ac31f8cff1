"""What code does with an expression that would be wrong if it were a coroutine: drops it, tests it, reads it.

Whatever is awaited, returned, stored, handed to a function that is not known to read it, or asked what it is, is right
for a coroutine too.
"""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.names import BindingKind, dotted_text, last_name
from looplint.model.nodes import below
from looplint.model.records import dataclass
from looplint.project.code.flow import last_binding
from looplint.project.code.occurrences import names_in

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.model.names import Binding

_OWN = frozenset(
    {"close", "send", "throw", "cr_await", "cr_code", "cr_frame", "cr_running", "cr_origin", "cr_suspended"}
)
"""Attributes of coroutines; those with two underscores aside."""
_READS = frozenset(
    {
        "len", "int", "float", "bool", "list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "min", "max",
        "any", "all", "enumerate", "iter", "next", "zip", "abs", "round", "reversed", "ord", "bytes", "isinstance",
        "str",
    }
)  # fmt: skip
"""Builtins that read what they are given; all but `bool` and `isinstance` raise TypeError for a coroutine."""
_VALIDATIONS = frozenset({"model_validate", "model_validate_json", "parse_obj", "parse_raw"})
"""Methods of pydantic models, which find no field in a coroutine (a model without required ones may pass)."""
_DECODERS = frozenset({"json.loads", "json.dumps", "json.load", "yaml.safe_load", "pickle.loads"})
"""Functions that raise for a coroutine; `json.dumps` not with `default`."""
_TRUTHFUL = frozenset({"bool", "isinstance"})
_COROUTINE_TYPES = ("Coroutine", "Awaitable", "Future", "Task", "Generator")
_RIGHT = frozenset({ast.Await, ast.Return, ast.Tuple, ast.List, ast.withitem, ast.Lambda})
"""What may hold a coroutine, whatever becomes of it: most calls stand in one of these, or in another call."""
_SHOWN = "the text shows a coroutine object"
_TRUE = "a coroutine is always true"
_COMPARES = "a coroutine is compared"
_NOT_ITERABLE = "a coroutine cannot be iterated"
_NEVER_EQUAL = (ast.Eq, ast.Is)
_ALWAYS = frozenset(
    {"assertTrue", "assertIsNotNone", "assertNotEqual", "assertIsNot", "assertNotIn", "assertNotIsInstance"}
)
"""Assertions of unittest that hold for any coroutine."""


class Misuse(Enum):
    """Ways to use a coroutine wrongly."""

    DROPPED = "it is dropped"
    UNUSED = "it is kept in a name that nothing reads"
    TESTED = "it is tested for its truth"
    COMPARED = "it is compared"
    READ = "it is used as a plain value"


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """A wrong use: what is wrong with it, in words what comes of it, and whether the code cannot have worked."""

    misuse: Misuse
    words: str
    fails: bool = False


def wrong_use(facts: Facts, node: ast.expr) -> Wrong | None:
    """What is done with an expression, if that is wrong for a coroutine. A local name counts if all its uses do."""
    up = facts.parent(node)
    if up.__class__ in _RIGHT:
        return None
    if isinstance(up, (ast.Assign, ast.AnnAssign)):
        return _assigned(facts, up, node)
    return _use(facts, node)


def _use(facts: Facts, node: ast.expr) -> Wrong | None:
    """The use of one expression by the one around it."""
    up = facts.parent(node)
    if isinstance(up, ast.Expr):
        alone = _raises_nothing_else(facts, up)
        return Wrong(Misuse.DROPPED, "so nothing is raised" if alone else "its body never runs", fails=alone)
    if isinstance(up, ast.Assert) and up.test is node:
        return Wrong(Misuse.TESTED, f"{_TRUE}, so the assertion always holds")
    if isinstance(up, (ast.If, ast.While, ast.IfExp)):
        return Wrong(Misuse.TESTED, _TRUE) if up.test is node else _handed_up(facts, up)
    if isinstance(up, ast.UnaryOp):
        if isinstance(up.op, ast.Not):
            return Wrong(Misuse.TESTED, _TRUE, fails=isinstance(facts.parent(up), ast.Assert))
        return Wrong(Misuse.READ, "TypeError", fails=True)
    if isinstance(up, ast.BoolOp):
        last = up.values[-1] is node
        return _use(facts, up) if last or isinstance(up.op, ast.Or) else Wrong(Misuse.TESTED, _TRUE)
    if isinstance(up, ast.Compare):
        return _compared(facts, up, node)
    if isinstance(up, ast.FormattedValue):
        return Wrong(Misuse.READ, _SHOWN)
    return _read(facts, node, up)


def _handed_up(facts: Facts, up: ast.AST) -> Wrong | None:
    return _use(facts, up) if isinstance(up, ast.IfExp) else None


def _read(facts: Facts, node: ast.expr, up: ast.AST | None) -> Wrong | None:
    """Uses that raise for a coroutine: attribute, item, iteration, arithmetic, `len` and the like."""
    if isinstance(up, ast.Attribute):
        own = up.attr in _OWN or up.attr.startswith("__")
        return None if own else Wrong(Misuse.READ, f"a coroutine has no attribute `{up.attr}`", fails=True)
    if isinstance(up, ast.Subscript) and up.value is node:
        return Wrong(Misuse.READ, "a coroutine has no items", fails=True)
    if isinstance(up, ast.For) and up.iter is node:
        return Wrong(Misuse.READ, _NOT_ITERABLE, fails=True)
    if isinstance(up, ast.comprehension):
        if up.iter is node:
            return None if up.is_async else Wrong(Misuse.READ, _NOT_ITERABLE, fails=True)
        return Wrong(Misuse.TESTED, _TRUE)
    if isinstance(up, ast.BinOp):
        return None if isinstance(up.op, ast.BitOr) else Wrong(Misuse.READ, "TypeError", fails=True)
    if isinstance(up, ast.Call) and up.func is not node:
        return _argument(facts, up, node)
    if isinstance(up, (ast.GeneratorExp, ast.ListComp)) and up.elt is node:
        return _element(facts, up)
    return _unpacked(up, node)


def _element(facts: Facts, up: ast.GeneratorExp | ast.ListComp) -> Wrong | None:
    """`any(f(x) for x in y)`, where the first coroutine decides."""
    call = facts.parent(up)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args != [up]:
        return None
    named = call.func.id in ("any", "all") and facts.resolve(call.func) == f"builtins.{call.func.id}"
    return Wrong(Misuse.TESTED, _TRUE) if named else None


def _unpacked(up: ast.AST | None, node: ast.expr) -> Wrong | None:
    """`[*f()]`, `g(**f())`."""
    if isinstance(up, ast.Starred) or (isinstance(up, ast.keyword) and up.arg is None):
        return Wrong(Misuse.READ, "a coroutine cannot be unpacked", fails=True)
    if isinstance(up, ast.Dict) and node in up.values and up.keys[up.values.index(node)] is None:
        return Wrong(Misuse.READ, "a coroutine cannot be unpacked", fails=True)
    return None


def _argument(facts: Facts, call: ast.Call, node: ast.expr) -> Wrong | None:
    """An argument of an assertion of unittest, or of a function that reads it."""
    func = call.func
    shown = dotted_text(func)
    if shown is not None and call.args[:1] == [node] and (_is_validation(func) or facts.resolve(func) in _DECODERS):
        fails = not _is_validation(func) and not call.keywords
        return Wrong(Misuse.READ, f"`{shown}` gets a coroutine", fails=fails)
    if isinstance(func, ast.Name) and func.id in _READS and call.args[:1] == [node]:
        if facts.resolve(func) != f"builtins.{func.id}" or _asks_for_coroutine(call):
            return None
        if func.id == "str":
            return Wrong(Misuse.READ, _SHOWN)
        words = f"`{func.id}` gets a coroutine"
        return Wrong(Misuse.READ, words, fails=func.id not in _TRUTHFUL)
    if isinstance(func, ast.Attribute) and func.attr.startswith("assert") and func.attr[6:7].isupper():
        owner = func.value.id if isinstance(func.value, ast.Name) else ""
        if owner not in ("self", "cls") or "Raises" in func.attr or "Warns" in func.attr or _asks_for_coroutine(call):
            return None
        if node not in call.args[:2]:
            return None
        words = f"`{func.attr}` gets a coroutine"
        return Wrong(Misuse.COMPARED, words, fails=func.attr not in _ALWAYS)
    return None


def _is_validation(func: ast.expr) -> bool:
    """Is it a method in which pydantic models are made of data: `Item.model_validate`?"""
    if not isinstance(func, ast.Attribute) or func.attr not in _VALIDATIONS:
        return False
    return isinstance(func.value, ast.Name) and func.value.id[:1].isupper()


def _asks_for_coroutine(call: ast.Call) -> bool:
    """`isinstance(x, Awaitable)`."""
    return any(last_name(n).endswith(_COROUTINE_TYPES) for argument in call.args[1:] for n in below(argument))


def _compared(facts: Facts, up: ast.Compare, node: ast.expr) -> Wrong | None:
    """`f() == 1`; nothing where the other side may be a coroutine as well."""
    sides = [up.left, *up.comparators]
    others = [side for side in sides if side is not node]
    if all(isinstance(side, (ast.Call, ast.Name)) for side in others) and isinstance(up.ops[0], (ast.Is, ast.IsNot)):
        return None
    if isinstance(up.ops[0], (ast.In, ast.NotIn)) and node is up.left:
        return Wrong(Misuse.COMPARED, _COMPARES)
    raises = isinstance(up.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn))
    never = isinstance(up.ops[0], _NEVER_EQUAL) and isinstance(facts.parent(up), ast.Assert) and len(up.ops) == 1
    return Wrong(Misuse.COMPARED, _COMPARES, fails=raises or never)


def _raises_nothing_else(facts: Facts, statement: ast.Expr) -> bool:
    """Is the statement all that stands in a `with pytest.raises(...)`, which so fails?"""
    up = facts.parent(statement)
    if not isinstance(up, (ast.With, ast.AsyncWith)) or len(up.body) > 1:
        return False
    return any(_is_raises(facts, item.context_expr) for item in up.items)


def _is_raises(facts: Facts, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("assertRaises", "assertRaisesRegex"):
        return True
    return facts.resolve(node.func) == "pytest.raises"


# -- names -----------------------------------------------------------------------------------------------------------


def _assigned(facts: Facts, up: ast.Assign | ast.AnnAssign, node: ast.expr) -> Wrong | None:
    """`a, b = f()`, and `x = f()` where every use of x is wrong, or there is none."""
    if up.value is not node or (isinstance(up, ast.Assign) and len(up.targets) > 1):
        return None
    target = up.target if isinstance(up, ast.AnnAssign) else up.targets[0]
    if isinstance(target, (ast.Tuple, ast.List)):
        return Wrong(Misuse.READ, "a coroutine cannot be unpacked", fails=True)
    wrong = _kept(facts, target) if isinstance(target, ast.Name) else None
    return None if isinstance(up, ast.AnnAssign) and wrong and _annotated_awaitable(up.annotation) else wrong


def _annotated_awaitable(node: ast.expr) -> bool:
    text = node.id if isinstance(node, ast.Name) else ast.unparse(node)
    return any(word in text for word in _COROUTINE_TYPES)


def _kept(facts: Facts, target: ast.Name) -> Wrong | None:
    owner = facts.scope_owner(target)
    if not isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    scope = facts.scope(owner)
    bindings = scope.names.get(target.id, [])
    if target.id in scope.globals or any(b.kind is not BindingKind.ASSIGNMENT for b in bindings):
        return None
    function = facts.definition_at(owner)
    uses = names_in(function, target.id) if isinstance(function, Function) else []
    if any(isinstance(use.ctx, ast.Del) for use in uses):
        return None
    loads = [use for use in uses if isinstance(use.ctx, ast.Load)]
    if not loads:
        return None if _is_in_loop(facts, target, owner) else Wrong(Misuse.UNUSED, f"nothing reads `{target.id}`")
    return _first(facts, target, loads, bindings)


def _first(facts: Facts, target: ast.Name, loads: list[ast.Name], bindings: list[Binding]) -> Wrong | None:
    """The first use at which a name surely holds what `target` is bound to; None where one that may hold it is right.

    Right uses are looked at first: most names have one, and where a name got its value costs more than what it is for.
    """
    if len(bindings) == 1:
        first = _use(facts, loads[0])
        return None if first is None or any(_use(facts, load) is None for load in loads[1:]) else first
    uses = [(load, _use(facts, load)) for load in loads]
    wrong = [(load, use) for load, use in uses if use is not None]
    if not wrong:
        return None
    own = facts.parent(target)
    for load, use in uses:
        binding = last_binding(facts, load, bindings) if use is None else None
        if use is None and (binding is None or binding.node is own):
            return None
    bound = ((last_binding(facts, load, bindings), use) for load, use in wrong)
    return next((use for binding, use in bound if binding is not None and binding.node is own), None)


def _is_in_loop(facts: Facts, node: ast.AST, owner: ast.AST) -> bool:
    for up in facts.parents(node):
        if up is owner:
            return False
        if isinstance(up, (ast.For, ast.While, ast.AsyncFor)):
            return True
    return False
