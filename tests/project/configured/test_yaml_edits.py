from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from looplint.project.configured.conda_file import conda_environment
from looplint.project.configured.config_edits import remove_requirement, replace_requirement
from looplint.project.configured.config_file import ConfigFile, Kind

if TYPE_CHECKING:
    from looplint.model.finding import Edit
    from looplint.project.configured.declared import Declared


class Text(ConfigFile):
    """An environment.yml that is only a text."""

    def __init__(self, text: str) -> None:
        from pathlib import Path

        self.kind = Kind.CONDA
        self.path = Path("/nowhere/environment.yml")
        self.__dict__["_read"] = (text, None)


def place(file: Text, name: str) -> Declared:
    return next(build() for found, build in conda_environment(file).entries if found == name)


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    (edit,) = edits
    return text[: edit.start] + edit.text + text[edit.end :]


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("dependencies:\n  - a=1  # é\n  - b\n", "a=2", "dependencies:\n  - a=2  # é\n  - b\n"),
        ("dependencies:\r\n- 'a >=1'\r\n", "a >=2,<3", "dependencies:\r\n- 'a >=2,<3'\r\n"),
        ('dependencies: ["a", b]\n', "a>=2,<3", 'dependencies: ["a>=2,<3", b]\n'),
        ("dependencies: [a, b]\n", "a=2", "dependencies: [a=2, b]\n"),
        ("dependencies: [a, b]\n", "a>=2,<3", None),
        ("dependencies:\n- a\n", "a: b", None),
        ("dependencies:\n- a\n", "c=1", None),
        ("dependencies:\n- pip: [a]\n", "c==1", "dependencies:\n- pip: [c==1]\n"),
        ("x: &x a\ndependencies:\n- a\n- *x\n", "a=2", None),
        ('dependencies:\n- "\\x61"\n', "a=2", None),
        ("dependencies:\n- >-\n  a\n", "a=2", None),
    ],
)
def test_an_item_is_replaced(before: str, new: str, after: str | None) -> None:
    file = Text(before)
    edits = replace_requirement(file, place(file, "a"), new)
    assert edits == () if after is None else edited(before, edits) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("dependencies:\n  - a=1  # why\n  # about b\n  - b\n", "dependencies:\n  # about b\n  - b\n"),
        ("dependencies:\n- b\n- 'a'", "dependencies:\n- b\n"),
        ("dependencies: [a, b]\n", "dependencies: [b]\n"),
        ("dependencies: [b, a]\n", "dependencies: [b]\n"),
        ("dependencies:\n- b\n- pip:\n  - a\n  - c\n", "dependencies:\n- b\n- pip:\n  - c\n"),
        ("dependencies:\n- b\n- pip:\n  - a\n", None),
        ("dependencies:\n- a\n", None),
    ],
)
def test_an_item_is_removed(before: str, after: str | None) -> None:
    file = Text(before)
    edits = remove_requirement(file, place(file, "a"))
    assert edits == () if after is None else edited(before, edits) == after


ITEM = st.tuples(st.sampled_from(["{}", '"{}"', "'{}'"]), st.sampled_from(["b", "c=1", "d==2"]))


@given(st.lists(ITEM, min_size=1, max_size=4), st.sampled_from(["", "  # é", " # x"]), st.booleans())
def test_every_edit_leaves_all_else_as_it_was(items: list[tuple[str, str]], comment: str, flow: bool) -> None:
    written = [quote.format(text) for quote, text in items]
    body = f" [{', '.join(['a', *written])}]\n" if flow else "".join(f"\n- {one}{comment}" for one in ["a", *written])
    text = f"name: é\ndependencies:{body}\nchannels: [x]\n"
    file = Text(text)
    old = yaml.safe_load(text)
    values = [text for _, text in items]
    replaced = yaml.safe_load(edited(text, replace_requirement(file, place(file, "a"), "a=2")))
    assert replaced == {**old, "dependencies": ["a=2", *values]}
    removed = yaml.safe_load(edited(text, remove_requirement(file, place(file, "a"))))
    assert removed == {**old, "dependencies": values}
