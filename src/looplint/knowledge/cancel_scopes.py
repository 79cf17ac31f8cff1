"""Context managers that enter a cancel scope of anyio and leave it when they are left.

Each measured as a fixture under pytest-asyncio 1.5.0 (`Attempted to exit cancel scope in a different task than it was
entered in`) with anyio 4.9.0 and 4.16.0, asyncer 0.0.18, mcp 1.30.0 and 2.3.0, httpx-ws 0.9.0, unless a comment says
otherwise. Measured too, and free of it: asgi-lifespan 2.1.0 (`LifespanManager`, also around an app with a task group),
fastmcp 2.14.7 (`Client`), litestar 2.25.0 (`AsyncTestClient`), openai-agents 0.24.0 (`MCPServerStreamableHttp`),
httpx-sse 0.4.3 (`aconnect_sse`), starlette 1.10.0 (`TestClient`), anyio's streams, files, processes, semaphores and
`start_blocking_portal`, `mcp.shared.memory.create_client_server_memory_streams`.
"""

from __future__ import annotations

SCOPES = frozenset(
    {
        "anyio.create_task_group", "anyio.CancelScope", "anyio.move_on_after", "anyio.fail_after",
        "anyio.from_thread.BlockingPortal", "asyncer.create_task_group",
        "mcp.ClientSession", "mcp.client.session.ClientSession", "mcp.stdio_client", "mcp.client.stdio.stdio_client",
        "mcp.client.sse.sse_client", "mcp.client.streamable_http.streamablehttp_client",
        "mcp.client.streamable_http.streamable_http_client", "mcp.client.websocket.websocket_client",
        "mcp.shared.memory.create_connected_server_and_client_session",
        "mcp.Client", "mcp.client.Client", "mcp.client.client.Client",
        "httpx_ws.aconnect_ws", "httpx_ws.transport.ASGIWebSocketTransport",
    }
)  # fmt: skip
"""Functions and classes whose call gives such a context manager.

`websocket_client` by its source (mcp 1.30.0, `mcp/client/websocket.py`): its server needs a port.
"""

FREE_BEFORE = {
    "httpx_ws.aconnect_ws": ("httpx-ws", "<0.5"),
    "httpx_ws.transport.ASGIWebSocketTransport": ("httpx-ws", "<0.7"),
}
"""The distribution and its versions that enter no scope yet (sources of 0.4.3, 0.5.2, 0.6.2 and 0.7.0)."""

MANAGERS = frozenset(
    {
        "mcp.server.streamable_http_manager.StreamableHTTPSessionManager",
        "mcp.server.fastmcp.FastMCP.session_manager", "mcp.server.FastMCP.session_manager",
        "mcp.server.mcpserver.MCPServer.session_manager",
    }
)  # fmt: skip
"""Classes, and attributes of classes, whose method `run` gives such a context manager."""

CLIENTS_WITH_TRANSPORT = frozenset({"httpx.AsyncClient"})
"""Clients that enter the context manager that they get as `transport`."""
