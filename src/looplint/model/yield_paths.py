"""The ways through a generator, from yield to yield.

Built from its statements: `if`, loops, `match`, `try` with `finally` on every way out, `with`, constant conditions,
calls that never return. What the handlers of a `try` lead to counts as reachable, and never as sure;
exceptions that a context manager swallows are not thought of.
"""

from __future__ import annotations

import ast
from dataclasses import field, replace
from typing import TYPE_CHECKING

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from looplint.model.names import FunctionNode

YieldNode = ast.Yield | ast.YieldFrom
_STEPS_AT_MOST = 20_000
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.While, ast.For, ast.AsyncFor)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoYields:
    """A yield, and the nearest one that certainly follows; the same one where a loop never ends."""

    first: YieldNode
    second: YieldNode


def certain_second_yield(node: FunctionNode, never_returns: Callable[[ast.Call], bool]) -> TwoYields | None:
    """The first yield of a generator after which every way without an exception leads to another yield.

    None where there is none, or the function is too large to tell. `never_returns` knows the calls after which nothing
    runs (`pytest.skip`, `sys.exit`).
    """
    try:
        start = _Builder(never_returns).whole(node)
    except (_TooLarge, RecursionError):
        return None
    steps = _reachable(start)
    sure = _sure_to_yield(steps)
    found: dict[tuple[int, int], TwoYields] = {}
    for step in steps:
        if step.yielded is not None and step.after and all(one in sure for one in step.after):
            first = step.yielded
            second = min(_next_yields(step), key=lambda node: (node is first, _place(node)))
            found.setdefault(_place(first), TwoYields(first=first, second=second))
    return found[min(found)] if found else None


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


@dataclass(slots=True, eq=False)
class _Step:
    """A place between two statements, or a yield: `after` is where it leads, `perhaps` where exceptions do."""

    yielded: YieldNode | None = None
    after: list[_Step] = field(default_factory=list)
    perhaps: list[_Step] = field(default_factory=list)


class _TooLarge(Exception):  # noqa: N818  # an answer, caught in this file
    pass


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Where the four ways out of a block lead."""

    on: _Step
    back: _Step
    out_of_loop: _Step
    next_turn: _Step


class _Builder:
    """Builds the steps of one function from its end to its start."""

    def __init__(self, never_returns: Callable[[ast.Call], bool]) -> None:
        self._never_returns = never_returns
        self._left = _STEPS_AT_MOST

    def whole(self, node: FunctionNode) -> _Step:
        """The step at which a function starts."""
        end = self._step()
        return self._block(node.body, _Ways(end, end, end, end))

    def _step(self, *after: _Step, yielded: YieldNode | None = None, perhaps: Iterable[_Step] = ()) -> _Step:
        self._left -= 1
        if self._left < 0:
            raise _TooLarge
        return _Step(yielded, list(after), list(perhaps))

    def _block(self, body: list[ast.stmt], ways: _Ways) -> _Step:
        for statement in reversed(body):
            ways = replace(ways, on=self._statement(statement, ways))
        return ways.on

    def _statement(self, node: ast.stmt, ways: _Ways) -> _Step:
        if isinstance(node, ast.If):
            return self._if(node, ways)
        if isinstance(node, _LOOPS):
            return self._loop(node, ways)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._expressions([item.context_expr for item in node.items], self._block(node.body, ways))
        if isinstance(node, ast.Match):
            return self._match(node, ways)
        if isinstance(node, ast.Try) or node.__class__.__name__ == "TryStar":
            return self._try(node, ways)  # type: ignore[arg-type]
        if isinstance(node, _INNER):
            return ways.on
        return self._expressions([node], self._leads_to(node, ways))

    def _leads_to(self, node: ast.stmt, ways: _Ways) -> _Step:
        """Where a simple statement leads."""
        if isinstance(node, ast.Return):
            return ways.back
        if isinstance(node, ast.Break):
            return ways.out_of_loop
        if isinstance(node, ast.Continue):
            return ways.next_turn
        stops = isinstance(node, ast.Raise) or (isinstance(node, ast.Assert) and _truth(node.test) is False)
        if isinstance(node, ast.Expr):
            value = node.value.value if isinstance(node.value, ast.Await) else node.value
            stops = isinstance(value, ast.Call) and self._never_returns(value)
        return self._step() if stops else ways.on

    def _expressions(self, nodes: Iterable[ast.AST], on: _Step) -> _Step:
        """The yields within expressions, in the order in which they are reached, and then `on`."""
        for node, certain in sorted(_own_yields(nodes), key=_end, reverse=True):
            step = self._step(on, yielded=node)
            on = step if certain else self._step(step, on)
        return on

    def _if(self, node: ast.If, ways: _Ways) -> _Step:
        chain = [node]
        while len(chain[-1].orelse) == 1 and isinstance(chain[-1].orelse[0], ast.If):
            chain.append(chain[-1].orelse[0])
        otherwise = self._block(chain[-1].orelse, ways)
        for one in reversed(chain):
            truth = _truth(one.test)
            body = self._block(one.body, ways)
            branches = {True: [body], False: [otherwise], None: [body, otherwise]}[truth]
            otherwise = self._expressions([one.test], self._step(*branches))
        return otherwise

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, ways: _Ways) -> _Step:
        head = self._step()
        body = self._block(node.body, replace(ways, on=head, out_of_loop=ways.on, next_turn=head))
        done = self._block(node.orelse, ways)
        if not isinstance(node, ast.While):
            head.after += [body, done]
            return self._expressions([node.iter], head)
        truth = _truth(node.test)
        turn = self._step(*{True: [body], False: [done], None: [body, done]}[truth])
        head.after.append(self._expressions([node.test], turn))
        return head

    def _match(self, node: ast.Match, ways: _Ways) -> _Step:
        bodies = [self._block(case.body, ways) for case in node.cases]
        last = node.cases[-1]
        takes_all = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return self._expressions([node.subject], self._step(*bodies, *([] if takes_all else [ways.on])))

    def _try(self, node: ast.Try, ways: _Ways) -> _Step:
        known: dict[int, _Step] = {}

        def finally_to(target: _Step) -> _Step:
            """The `finally` block on the way to `target`."""
            if not node.finalbody:
                return target
            if id(target) not in known:
                known[id(target)] = self._block(node.finalbody, replace(ways, on=target))
            return known[id(target)]

        exits = _exits(node)
        inner = _Ways(
            on=finally_to(ways.on),
            back=finally_to(ways.back) if ast.Return in exits else ways.back,
            out_of_loop=finally_to(ways.out_of_loop) if ast.Break in exits else ways.out_of_loop,
            next_turn=finally_to(ways.next_turn) if ast.Continue in exits else ways.next_turn,
        )
        handlers = [self._block(handler.body, inner) for handler in node.handlers]
        body = self._block(node.body, replace(inner, on=self._block(node.orelse, inner)))
        failed = [self._block(node.finalbody, replace(ways, on=self._step()))] if node.finalbody else []
        return self._step(body, perhaps=[*handlers, *failed])


def _exits(node: ast.Try) -> set[type[ast.AST]]:
    """The kinds of statements in a `try` by which it may be left, inner functions not entered."""
    found: set[type[ast.AST]] = set()
    stack: list[ast.AST] = [*node.body, *node.orelse, *node.handlers]
    while stack:
        child = stack.pop()
        if not isinstance(child, (*_INNER, ast.expr)):
            found.add(type(child))
            stack.extend(ast.iter_child_nodes(child))
    return found


def _own_yields(nodes: Iterable[ast.AST]) -> Iterator[tuple[YieldNode, bool]]:
    """The yields within expressions, and whether they are reached in any case."""
    stack = [(node, True) for node in nodes]
    while stack:
        node, certain = stack.pop()
        if isinstance(node, _INNER):
            continue
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            yield node, certain
        sure: tuple[ast.AST, ...] | None = None
        if isinstance(node, ast.IfExp):
            sure = (node.test,)
        elif isinstance(node, ast.BoolOp):
            sure = (node.values[0],)
        stack += ((child, certain and (sure is None or child in sure)) for child in ast.iter_child_nodes(node))


def _end(found: tuple[YieldNode, bool]) -> tuple[int, int]:
    node = found[0]
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _truth(test: ast.expr) -> bool | None:
    """What a constant condition is; None where it is not constant."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _truth(test.operand)
        return None if inner is None else not inner
    return None


def _reachable(start: _Step) -> list[_Step]:
    seen = {start: None}
    stack = [start]
    while stack:
        step = stack.pop()
        for further in (*step.after, *step.perhaps):
            if further not in seen:
                seen[further] = None
                stack.append(further)
    return list(seen)


def _sure_to_yield(steps: list[_Step]) -> set[_Step]:
    """The steps from which every way comes to a yield (their own included); a loop that never ends comes to none."""
    before: dict[_Step, list[_Step]] = {}
    open_ways = {step: len(step.after) for step in steps}
    for step in steps:
        for further in step.after:
            before.setdefault(further, []).append(step)
    sure = {step for step in steps if step.yielded is not None}
    stack = list(sure)
    while stack:
        for step in before.get(stack.pop(), ()):
            open_ways[step] -= 1
            if not open_ways[step] and step not in sure:
                sure.add(step)
                stack.append(step)
    return sure


def _next_yields(step: _Step) -> Iterator[YieldNode]:
    """The yields that come next after a step."""
    seen: set[_Step] = set()
    stack = list(step.after)
    while stack:
        one = stack.pop()
        if one in seen:
            continue
        seen.add(one)
        if one.yielded is not None:
            yield one.yielded
        else:
            stack += one.after
