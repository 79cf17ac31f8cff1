from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.code.parameters import annotated, may_be_test, parametrized, returned
from looplint.project.code.values import ClientValue, InstanceValue

if TYPE_CHECKING:
    from pathlib import Path


def test_parametrized(tmp_path: Path) -> None:
    text = """
    import pytest

    pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("e", [1])]

    @pytest.mark.parametrize("d", [1])
    class TestIt:
        @pytest.mark.parametrize("a, b", [(1, 2)])
        @pytest.mark.parametrize(["c"], [(1,)])
        @pytest.mark.parametrize(argnames="f", argvalues=[1])
        @pytest.mark.parametrize(computed, [1])
        def test(self, a, b, c, d, e, f, g): ...
    """
    project = tree(tmp_path, {"test_it.py": text})
    assert parametrized(function(project, "test_it.py", "TestIt.test")) == set("abcdef")


def test_who_gets_fixtures(tmp_path: Path) -> None:
    text = "def test(): ...\ndef helper(): ...\ndef setup_module(): ...\ndef test_outer():\n    def test_inner(): ...\n"
    project = tree(tmp_path, {"test_it.py": text, "app.py": text})
    names = ("test", "helper", "setup_module", "test_outer", "test_outer.<locals>.test_inner")
    assert [may_be_test(project, function(project, "test_it.py", n)) for n in names] == [True, False, True, True, False]
    assert not may_be_test(project, function(project, "app.py", "test"))


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        ("Repo", "Repo"),
        ("'Repo'", "Repo"),
        ("Repo | None", "Repo"),
        ("None | Repo", "Repo"),
        ("Optional[Repo]", "Repo"),
        ("Annotated[Repo, 1]", "Repo"),
        ("httpx.AsyncClient", "AsyncClient"),
        ("Repo | Other", None),
        ("list[Repo]", None),
        ("'list[Repo]'", None),
        ("int", None),
        ("unknown", None),
    ],
)
def test_annotated(tmp_path: Path, annotation: str, name: str | None) -> None:
    text = (
        "import httpx\nfrom typing import Annotated, Optional\n"
        f"class Repo: ...\nclass Other: ...\ndef f(x: {annotation}): ...\n"
    )
    project = tree(tmp_path, {"app.py": text})
    node = function(project, "app.py", "f").node.args.args[0].annotation
    assert node is not None
    value = annotated(project, facts(project, "app.py"), node)
    found = value.cls.name if isinstance(value, InstanceValue) else None
    assert (value.client.name if isinstance(value, ClientValue) else found) == name


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("def run(self) -> Self", "C"),
        ("def run(self: T) -> T", "C"),
        ("async def run(self: T) -> T", "C"),
        ("def run(self, other: T) -> T", None),
        ("def run(self: T, other: T) -> T", None),
        ("def run(self) -> D", "D"),
        ("@staticmethod\n    def run(one: T) -> T", None),
        ("@classmethod\n    def run(cls) -> Self", None),
    ],
)
def test_promises_of_the_object_itself(tmp_path: Path, signature: str, expected: str | None) -> None:
    head = "from typing import Self, TypeVar\nT = TypeVar('T')\nclass D: ...\n"
    project = tree(tmp_path, {"m.py": f"{head}class C:\n    {signature}: return make()\n"})
    value = returned(project, function(project, "m.py", "C.run"), 5)
    assert (value.cls.name if isinstance(value, InstanceValue) else value) == expected
