"""Classes of the project that derive from mock classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.mock_classes import mock_class, mock_class_of, mock_kind_of, seen_as_instance
from looplint.project.code.values import FunctionValue, InstanceValue, MockValue

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.code.values import MockClass

HEAD = """\
from unittest import mock
from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock
from elsewhere import Unknown, decorate

"""
_CALL = "    {how}def __call__(self, *args, **kwargs):\n        return {wait}super().__call__(*args, **kwargs)\n"


def _found(tmp_path: Path, body: str, name: str = "M") -> MockClass | None:
    project = tree(tmp_path, {"m.py": HEAD + body})
    found = facts(project, "m.py").cls(name)
    assert found is not None
    return mock_class(project, found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("class M(Mock): ...", "Mock"),
        ("class M(mock.MagicMock): ...", "MagicMock"),
        ("class M(AsyncMock): ...", "AsyncMock"),
        ("class M(NonCallableMock): ...", "NonCallableMock"),
        ("class B(Mock): ...\nclass M(B): ...", "Mock"),
        ("class M: ...", None),
        ("class M(Unknown): ...", None),
        ("class M(Unknown, Mock): ...", None),
        ("class M(Mock, metaclass=Unknown): ...", None),
        ("@decorate\nclass M(Mock): ...", None),
        ("class M(MagicMock):\n" + _CALL.format(how="async ", wait=""), "AsyncMock"),
        ("class M(MagicMock):\n" + _CALL.format(how="", wait=""), "MagicMock"),
        ("class M(AsyncMock):\n" + _CALL.format(how="async ", wait="await "), "AsyncMock"),
        ("class M(AsyncMock):\n" + _CALL.format(how="", wait=""), "AsyncMock"),
        ("class M(AsyncMock):\n" + _CALL.format(how="async ", wait=""), None),
        ("class M(MagicMock):\n" + _CALL.format(how="async ", wait="await "), None),
        ("class M(MagicMock):\n    def __call__(self): return 1", None),
        ("class M(MagicMock):\n    @decorate\n" + _CALL.format(how="async ", wait=""), None),
        ("class M(Mock):\n    def __await__(self): yield", None),
        ("class M(Mock):\n    def __getattr__(self, name): return 1", None),
        ("class M(Mock):\n    return_value = 1", None),
        ("class M(Mock):\n    def set_up(self): self.side_effect = [1]", None),
        ("class M(Mock):\n    def set_up(self): setattr(self, 'get', 1)", None),
        ("class M(Mock):\n    def set_up(self): self.configure_mock(get=1)", None),
        ("class M(Mock):\n    def set_up(self): super().attach_mock(Mock(), 'get')", None),
        ("class M(Mock):\n    def same(self): return self", "Mock"),
    ],
)
def test_kinds(tmp_path: Path, body: str, expected: str | None) -> None:
    found = _found(tmp_path, body)
    assert (found.kind if found is not None else None) == expected


def test_home_made_mocks_are_told_apart(tmp_path: Path) -> None:
    body = f"class B(MagicMock):\n{_CALL.format(how='async ', wait='')}\nclass M(B): ...\nclass A(AsyncMock): ..."
    found = _found(tmp_path, body)
    assert found is not None
    assert found.home_made
    assert found.name_of("AsyncMock", ("get",)) == "M"
    other = _found(tmp_path, body, "A")
    assert other is not None
    assert not other.home_made
    assert other.name_of("AsyncMock", ()) == "A"
    assert other.name_of("AsyncMock", ("get",)) == "AsyncMock"


def test_names_of_children(tmp_path: Path) -> None:
    plain = _found(tmp_path, "class M(MagicMock): ...")
    assert plain is not None
    assert plain.name_of("MagicMock", ("get",)) == "M"
    assert plain.name_of("AsyncMock", ("__aenter__",)) == "AsyncMock"
    other = _found(tmp_path, "class M(NonCallableMock): ...")
    assert other is not None
    assert other.name_of("Mock", ("get",)) == "Mock"


def test_own_names(tmp_path: Path) -> None:
    found = _found(
        tmp_path,
        "class B(Mock):\n    base = 1\n"
        "class M(B):\n    async def get(self): return self.row\n    def put(self):\n        self.session.commit = 1\n",
    )
    assert found is not None
    assert {"base", "get", "put", "row", "session"} <= found.own
    assert "commit" not in found.own


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("AsyncMock(**kwargs)", "AsyncMock"),
        ("MagicMock(**kwargs)", "MagicMock"),
        ("AsyncMock()", None),
        ("Unknown(**kwargs)", None),
        ("AsyncMock(**kwargs) if kwargs else MagicMock()", None),
    ],
)
def test_children_of_another_class(tmp_path: Path, returned: str, expected: str | None) -> None:
    found = _found(
        tmp_path, f"class M(MagicMock):\n    def _get_child_mock(self, **kwargs):\n        return {returned}"
    )
    assert (found.child if found is not None else None) == expected


@pytest.mark.parametrize(
    ("parameters", "passed", "expected"),
    [
        ("*args, **kwargs", "*args, **kwargs", []),
        ("*args, row=None, **kwargs", "*args, **kwargs", ["row"]),
        ("row=None, **kwargs", "**kwargs", ["row"]),
        ("row, **kwargs", "**kwargs", None),
        ("row=None", "", None),
        ("*args, **kwargs", "", None),
        ("*args, **kwargs", "*args, spec=Unknown, **kwargs", None),
        ("*args, return_value=None, **kwargs", "*args, **kwargs", None),
    ],
)
def test_constructors(tmp_path: Path, parameters: str, passed: str, expected: list[str] | None) -> None:
    body = f"class M(MagicMock):\n    def __init__(self, {parameters}):\n        super().__init__({passed})\n"
    found = _found(tmp_path, body)
    assert (sorted(found.parameters) if found is not None else None) == expected


def test_constructors_that_change_what_they_are_told(tmp_path: Path) -> None:
    body = "class M(Mock):\n    def __init__(self, **kwargs):\n        {}\n        super().__init__(**kwargs)\n"
    assert _found(tmp_path, body.format("kwargs['spec'] = Unknown")) is None
    assert _found(tmp_path, body.format("pass")) is not None


def test_what_an_instance_is(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "m.py": f"{HEAD}class M(Mock):\n    def __init__(self, row=None, **kwargs): super().__init__(**kwargs)\n"
            "    async def get(self): ...\n",
            "test_it.py": "from m import M\na = M()\nb = M(1)\nc = a.get\nd = a.x.get\ne = a.save\n",
        },
    )
    found = facts(project, "test_it.py")
    values = {s.targets[0].id: infer(project, found, s.value) for s in found.tree.body[1:]}  # type: ignore[attr-defined]
    assert isinstance(values["a"], MockValue)
    assert values["a"].type == "M"
    assert isinstance(values["b"], InstanceValue)
    assert isinstance(values["c"], FunctionValue)
    assert values["d"] is None
    assert isinstance(values["e"], MockValue)
    assert values["e"].path == ("save",)


def test_magic_methods_count_for_a_mock_only(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "m.py": f"{HEAD}class A(Mock):\n    async def __aenter__(self): return self\n"
            "class B(MagicMock):\n    async def __aenter__(self): return self\na = A()\nb = B()\n"
        },
    )
    found = facts(project, "m.py")
    one, two = (infer(project, found, s.value) for s in found.tree.body[-2:])  # type: ignore[attr-defined]
    assert isinstance(one, MockValue)
    assert isinstance(two, MockValue)
    assert isinstance(seen_as_instance(one, "__aenter__"), InstanceValue)
    assert seen_as_instance(one, "__aexit__") is one
    assert seen_as_instance(two, "__aenter__") is None


def test_only_names_of_mocks_are_looked_at(tmp_path: Path) -> None:
    text = f"{HEAD}class OwnMock(Mock): ...\nclass Own(Mock): ...\nOwnMock()\nOwn()\nUnknownMock()\n"
    project = tree(tmp_path, {"m.py": text})
    found = facts(project, "m.py")
    assert [mock_kind_of(project, found, call.func) for call in found.calls] == ["Mock", None, None]
    first = mock_class_of(project, found, found.calls[0].func)
    assert first is not None
    assert first.cls.name == "OwnMock"
