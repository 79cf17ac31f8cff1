from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.edited import check, edited, parse, statement

from looplint.model.edits import apply_edits, delete_statement, newly_unused_imports, remove_import_if_unused

if TYPE_CHECKING:
    from looplint.model.finding import Edit
    from looplint.model.module import Module

REMOVED = [
    ("import Mock\nMock()\n", "Mock()\n"),
    ("import os, Mock, sys\nMock()\n", "import os, sys\nMock()\n"),
    ("import os, Mock\nMock()\n", "import os\nMock()\n"),
    ("import Mock, os\nMock()\n", "import os\nMock()\n"),
    ("import os; import Mock\nMock()\n", "import os\nMock()\n"),
    ("from m import Mock  # c\nMock()\n", "Mock()\n"),
    ("from m import x as Mock\nMock()\n", "Mock()\n"),
    ("from m import A, Mock as M, Mock\nMock()\n", "from m import A, Mock as M\nMock()\n"),
    ("from m import A, \\\n    Mock\nMock()\n", "from m import A\nMock()\n"),
    ("from m import (Mock)\nMock()\n", "Mock()\n"),
    ("from m import (A, Mock,)\nMock()\n", "from m import (A,)\nMock()\n"),
    ("from m import (\n    A,\n    Mock,  # m\n    B,\n)\nMock()\n", "from m import (\n    A,\n    B,\n)\nMock()\n"),
    ("from m import (\n    A,\n    Mock\n)\nMock()\n", "from m import (\n    A,\n)\nMock()\n"),
    ("import a\n\nimport Mock\n\n\nMock()\n", "import a\n\n\nMock()\n"),
    ("import Mock\n\nimport a\n\n\nMock()\n", "import a\n\n\nMock()\n"),
    ("import Mock.x\nMock.x()\n", "Mock.x()\n"),
]

KEPT = [
    "import Mock\n",
    "import Mock\nMock()\nMock\n",
    "import Mock  # noqa\nMock()\n",
    "from m import (  # noqa: F401\n    Mock,\n)\nMock()\n",
    "import Mock\n__all__ = ['Mock']\nMock()\n",
    "import Mock\nx: 'list[Mock]'\nMock()\n",
    "import Mock\nx = []  # type: list[Mock]\nMock()\n",
    "from m import Mock as Mock\nMock()\n",
    "try:\n    import Mock\nexcept ImportError:\n    Mock = None\nMock()\n",
    "import Mock\nimport Mock.x\nMock()\n",
    "if a:\n    import Mock\nMock()\n",
    "Mock()\n",
]


@pytest.mark.parametrize(("before", "after"), REMOVED)
def test_the_last_use_takes_the_import_with_it(before: str, after: str) -> None:
    check(before, after, lambda module: remove_import_if_unused(module, "Mock", [statement(module, "Mock")]))


@pytest.mark.parametrize("text", KEPT)
def test_an_import_that_may_be_wanted_stays(text: str) -> None:
    module = parse(text)
    gone: list[ast.AST] = [s for s in module.facts.tree.body if module.text_of(s) == "Mock()"]
    assert remove_import_if_unused(module, "Mock", gone) == ()


@pytest.mark.parametrize(("before", "after"), REMOVED)
def test_what_fixes_leave_behind_is_cleared_away(before: str, after: str) -> None:
    before, after = (text.replace("Mock()", "pass").replace("Mock.x()", "pass") for text in (before, after))

    def clear(module: Module) -> tuple[Edit, ...]:
        return newly_unused_imports(parse(module.text.replace("pass", "Mock()")).facts, module)

    check(before, after, clear)


def test_imports_that_were_never_used_stay() -> None:
    module = parse("import os\n'''os'''\n")
    assert newly_unused_imports(module.facts, module) == ()


def test_docstrings_do_not_count() -> None:
    check(
        '"""About Mock."""\nimport Mock\nMock()\n',
        '"""About Mock."""\nMock()\n',
        lambda module: remove_import_if_unused(module, "Mock", [statement(module, "Mock")]),
    )


names = ["a", "b as B", "c", "d", "e"]
lists = st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True)
layouts = st.sampled_from(["{}", "({})", "({},)", "(\n    {},\n)", "(  # (\n    {}\n)", "\\\n    {}"])
separators = st.sampled_from([", ", ",\n    ", ",  # c\n    ", ", \\\n    "])


@given(lists, layouts, separators, st.sets(st.sampled_from(["a", "B", "c", "d", "e"])), st.sampled_from(["\n", "\r\n"]))
def test_only_the_unused_names_go(
    bound: list[str], layout: str, separator: str, unused: set[str], newline: str
) -> None:
    text = f"from m import {layout.format(separator.join(bound))}\nimport os\n" + "".join(
        f"{name.split()[-1]}\n" for name in bound
    )
    try:
        ast.parse(text)
    except SyntaxError:
        return
    before = parse(text.replace("\n", newline))
    uses = [s for s in before.facts.tree.body if before.text_of(s) in unused]
    module = parse(
        before.source.encode(
            apply_edits(before.text, [edit for stmt in uses for edit in delete_statement(before, stmt)])
        )
    )
    raw = edited(module, newly_unused_imports(before.facts, module))
    after = parse(raw)
    imports = [s for s in after.facts.tree.body if isinstance(s, ast.ImportFrom)]
    left = [alias.asname or alias.name for stmt in imports for alias in stmt.names]
    assert left == [name.split()[-1] for name in bound if name.split()[-1] not in unused]
    assert newly_unused_imports(before.facts, after) == ()
