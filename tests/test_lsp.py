"""python-lsp-server shows looplint's findings through its flake8: a real session over standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.demo import demo_copy, findings

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "class TestUsers:\n    async def teardown_method(self):\n        pass\n\n    def test_a(self):\n        pass\n"


class Session:
    """JSON-RPC with Content-Length headers."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._id = 0

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        self._id += 1
        self._send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        return next(message["result"] for message in self._messages() if message.get("id") == self._id)

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """The first diagnostics published for a document."""
        for message in self._messages():
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found
        raise AssertionError("the server ended")

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps(message).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (header := stream.readline().strip()) != b"":
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            yield json.loads(stream.read(length))


@contextmanager
def session(root: Path) -> Iterator[Session]:
    # The server starts the `flake8` that it finds: it has to be the one beside this Python.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    process = subprocess.Popen(
        [sys.executable, "-m", "pylsp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PATH": path},
    )
    with process:
        opened = Session(process)
        opened.request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})
        opened.notify("initialized", {})
        plugins: dict[str, Any] = {name: {"enabled": False} for name in ("pycodestyle", "pyflakes", "mccabe")}
        plugins["flake8"] = {"enabled": True}
        opened.notify("workspace/didChangeConfiguration", {"settings": {"pylsp": {"plugins": plugins}}})
        try:
            yield opened
            opened.request("shutdown", {})
            opened.notify("exit", {})
            process.wait(timeout=30)
        finally:
            process.kill()


def test_diagnostics_of_the_unsaved_text(tmp_path: Path) -> None:
    file = tmp_path / "tests" / "test_users.py"
    file.parent.mkdir()
    file.write_text("# what is on disk is not what is in the editor\n")
    with session(tmp_path) as server:
        document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": TEXT}
        server.notify("textDocument/didOpen", {"textDocument": document})
        found = [d for d in server.diagnostics(file.as_uri()) if str(d.get("code", "")).startswith("LPL")]
    (diagnostic,) = found
    assert diagnostic["code"] == "LPL302"
    assert "teardown_method" in diagnostic["message"]
    assert diagnostic["range"]["start"] == {"line": 1, "character": 14}


def test_the_demo_project_has_the_same_findings_as_the_command_line(tmp_path: Path) -> None:
    root = demo_copy(tmp_path)
    expected = {
        (name, row, code) if name.endswith(".py") else ("tests/conftest.py", 1, code)
        for name, row, code in findings(root)
    }
    seen = set()
    with session(root) as server:
        for file in sorted(root.rglob("*.py")):
            text = file.read_text("utf-8")
            document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": text}
            server.notify("textDocument/didOpen", {"textDocument": document})
            for diagnostic in server.diagnostics(file.as_uri()):
                if str(diagnostic.get("code", "")).startswith("LPL"):
                    row = diagnostic["range"]["start"]["line"] + 1
                    seen.add((file.relative_to(root).as_posix(), row, diagnostic["code"]))
    assert expected
    assert seen == expected
