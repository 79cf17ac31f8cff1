"""Which context managers hold a cancel scope of anyio."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.loops.cancel_scopes import cancel_scope

if TYPE_CHECKING:
    from pathlib import Path

APP = """
    import contextlib
    from anyio import create_task_group, move_on_after
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def holds():
        async with create_task_group() as group:
            yield group

    @asynccontextmanager
    async def passes_on():
        async with holds() as group:
            yield group

    @asynccontextmanager
    async def lets_go():
        with move_on_after(5):
            pass
        yield

    @asynccontextmanager
    async def endless():
        async with endless() as x:
            yield x

    @cached
    @asynccontextmanager
    async def decorated():
        async with create_task_group() as group:
            yield group

    async def plain():
        async with create_task_group() as group:
            yield group

    class Entered:
        def __init__(self):
            self.group = None

        async def __aenter__(self):
            self.group = create_task_group()
            await self.group.__aenter__()

    class Child(Entered): ...

    class Other:
        def __init__(self, group):
            self.group = group

        async def __aenter__(self):
            await self.group.__aenter__()

    class Within:
        async def __aenter__(self):
            async with create_task_group(): ...

    def make() -> Entered:
        return Entered()
"""


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("anyio.create_task_group()", "anyio.create_task_group"),
        ("anyio.CancelScope(shield=True)", "anyio.CancelScope"),
        ("fail_after(1)", "fail_after"),
        ("holds()", "create_task_group"),
        ("passes_on()", "create_task_group"),
        ("Entered()", "create_task_group"),
        ("Child()", "create_task_group"),
        ("make()", "create_task_group"),
        ("httpx.AsyncClient(transport=ASGIWebSocketTransport(app))", "ASGIWebSocketTransport"),
        ("StreamableHTTPSessionManager(app).run()", "StreamableHTTPSessionManager(app).run"),
        ("FastMCP('x').session_manager.run()", "FastMCP('x').session_manager.run"),
        ("anyio.create_task_group", None),
        ("anyio.Semaphore(1)", None),
        ("lets_go()", None),
        ("endless()", None),
        ("decorated()", None),
        ("plain()", None),
        ("Other(g)", None),
        ("Within()", None),
        ("httpx.AsyncClient()", None),
        ("httpx.AsyncClient(transport=httpx.ASGITransport(app))", None),
        ("server.run()", None),
        ("FastMCP('x').run()", None),
        ("unknown()", None),
    ],
)
def test_context_expressions(expression: str, shown: str | None, tmp_path: Path) -> None:
    text = f"""
        import anyio, httpx
        from anyio import fail_after
        from httpx_ws.transport import ASGIWebSocketTransport
        from mcp.server.fastmcp import FastMCP
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from app import Child, Entered, Other, Within, decorated, endless, holds, lets_go, make, passes_on, plain

        context = {expression}
    """
    project = tree(tmp_path, {"app.py": APP, "tests/test_x.py": text})
    own = facts(project, "tests/test_x.py")
    name = own.tree.body[-1]
    assert isinstance(name, ast.Assign)
    found = cancel_scope(project, own, name.value)
    assert (found.shown if found is not None else None) == shown


def test_a_variable_stands_for_what_it_was_assigned(tmp_path: Path) -> None:
    text = """
        import anyio

        def f():
            scope = anyio.CancelScope()
            with scope: ...
    """
    project = tree(tmp_path, {"test_x.py": text})
    own = facts(project, "test_x.py")
    (statement,) = own.nodes(ast.With)
    found = cancel_scope(project, own, statement.items[0].context_expr)
    assert found is not None
    assert found.call.lineno == 4


@pytest.mark.parametrize(("version", "holds"), [("0.6.2", False), ("0.7.0", True)])
def test_versions_that_enter_no_scope_yet(version: str, *, holds: bool, tmp_path: Path) -> None:
    text = "from httpx_ws.transport import ASGIWebSocketTransport\n\ncontext = ASGIWebSocketTransport(app)\n"
    project = tree(tmp_path, {"test_x.py": text, "requirements.txt": f"httpx-ws=={version}\n"})
    own = facts(project, "test_x.py")
    (call,) = own.calls
    assert (cancel_scope(project, own, call) is not None) is holds
