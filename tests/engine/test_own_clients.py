"""A team's own clients: the configuration that governs a file decides what is known when it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.engine.check import Place, check_source
from looplint.engine.configuration import Configurations
from looplint.model.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.finding import Finding

CODE = """\
from acme.search import Client


async def find(text):
    client = Client("localhost")
    return await client.search(text)
"""


def findings(path: Path) -> list[Finding]:
    path.write_text(CODE, "utf-8")
    place = Place(path=str(path), absolute=str(path), configuration=Configurations().of(str(path.parent)))
    return check_source(Source.read(str(path)), place)


def test_a_client_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "looplint.toml").write_text('[clients."acme.search.Client"]\nkind = "sync"\nblocking = ["search"]\n')
    (found,) = findings(tmp_path / "app.py")
    assert found.code == "LPL501"
    assert "`acme.search.Client` is synchronous" in found.message


def test_it_is_forgotten_where_another_configuration_governs(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (one / "looplint.toml").write_text('[clients."acme.search.Client"]\nkind = "sync"\n')
    assert [found.code for found in findings(one / "app.py")] == ["LPL501"]
    assert findings(other / "app.py") == []
