"""Whether a test can come to the code that awaits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import function, tree

from looplint.project.mocks.awaiting_code import may_lead_to

if TYPE_CHECKING:
    from pathlib import Path

APP = """
async def fetch(repo):
    return await repo.get(1)

async def load(repo):
    return await fetch(repo)

async def other(repo):
    return 1
"""


@pytest.mark.parametrize(
    ("body", "expected", "telling"),
    [
        ("await fetch(repo)", True, True),
        ("await load(repo)", True, True),
        ("await other(repo)", False, False),
        ("await run_tracked(load, repo)", True, True),
        ("await run_tracked(repo, handler=app.fetch)", True, True),
        ("client.get('/rows')", False, True),
        ("test_client().patch('/rows')", False, True),
        ("self.app.post('/rows')", False, True),
        ("rows.get('key')", False, False),
        ("with patch('app.fetch'): await other(repo)", False, False),
        ("mock.patch('app.fetch')", False, False),
    ],
)
def test_may_lead_to(tmp_path: Path, body: str, expected: bool, telling: bool) -> None:
    text = f"import app\nfrom app import fetch, load, other\nasync def test(self, repo, client, rows):\n    {body}\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    test = function(project, "test_it.py", "test")
    assert may_lead_to(project, test, {"fetch"}, telling=False) is expected
    assert may_lead_to(project, test, {"fetch"}, telling=True) is telling
