from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.edited import check, dump_of, edited, parse, statement

from looplint.model.edits import IMPOSSIBLE, delete_statement, insert_before, replace_rows, wrap_in_block

if TYPE_CHECKING:
    from looplint.model.finding import Edit
    from looplint.model.module import Module


@pytest.mark.parametrize(
    ("target", "before", "after"),
    [
        ("x", "x\n", ""),
        ("x", "x\ny\n", "y\n"),
        ("x", "y\nx", "y\n"),
        ("x", "if a:\n    x  # c\n    y\n", "if a:\n    y\n"),
        ("x", "if a:\n    x  # c\n", "if a:\n    pass  # c\n"),
        ("x", "if a: x\n", "if a: pass\n"),
        ("x", "if a: x; y\n", "if a: y\n"),
        ("x", "if a: y; x\n", "if a: y\n"),
        ("x", "y; x; z\n", "y; z\n"),
        ("x", "'é'; x;\n", "'é';\n"),
        ("x", "x;\ny\n", "y\n"),
        ("x", "x(\n    1,\n)  # c\n# d\ny\n", "# d\ny\n"),
        ("x", "x \\\n\ny\n", "y\n"),
        ("x", "try:\n    y\nfinally:\n    x\n    z\n", "try:\n    y\nfinally:\n    z\n"),
        ("x", "try:\n    y\nexcept A:\n    x\n", "try:\n    y\nexcept A:\n    pass\n"),
        ("x", "match y:\n    case 1:\n        x\n        z\n", "match y:\n    case 1:\n        z\n"),
        ("def x", "y\n\n@(\n    a\n)\n@b\ndef x():\n    pass\n\n\nz\n", "y\n\n\n\nz\n"),
    ],
)
def test_a_statement_is_deleted(target: str, before: str, after: str) -> None:
    check(before, after, lambda module: delete_statement(module, statement(module, target)))


def test_a_statement_that_shares_its_last_row() -> None:
    module = parse("x = '''\n'''; y = '''\n'''\n")
    assert edited(module, delete_statement(module, module.facts.tree.body[0])) == b"y = '''\n'''\n"
    module = parse("x; y\n")
    assert edited(module, delete_statement(module, module.facts.tree.body[1])) == b"x\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x\n", "a\n\nb\nx\n"),
        ("if y:\n    # c\n    x  # d\n", "if y:\n    # c\n    a\n\n    b\n    x  # d\n"),
        ("class A:\n    @x\n    def f(): ...\n", "class A:\n    a\n\n    b\n    @x\n    def f(): ...\n"),
    ],
)
def test_statements_are_inserted(before: str, after: str) -> None:
    def find(module: Module) -> ast.stmt:
        return module.facts.functions[0].node if "def" in before else statement(module, "x")

    check(before, after, lambda module: insert_before(module, find(module), "a\n\nb"))


def test_statements_on_one_row_take_nothing_between_them() -> None:
    module = parse("x; y\n")
    assert insert_before(module, module.facts.tree.body[1], "a") == IMPOSSIBLE


def test_rows_are_replaced() -> None:
    check("if a:\n    b\nc\nd\n", "x\ny\nd\n", lambda module: replace_rows(module, 1, 3, "x\ny\n"))


WRAPPED = [
    (
        "async def t():\n    c = C()\n    x\n    y\n",
        "async def t():\n    async with C() as c:\n        x\n        y\n",
    ),
    (
        (
            "async def t():\n    'é'\n    c = C()  # c\n\n    # about x\n"
            "    x(\n        1,\n    )\n    for a in b:\n        y\n    # end\n"
        ),
        (
            "async def t():\n    'é'\n    async with C() as c:  # c\n\n        # about x\n"
            "        x(\n            1,\n        )\n        for a in b:\n            y\n    # end\n"
        ),
    ),
    (
        "async def t():\n    c = C()\n    x = '''\n  a\n    b'''\n    f'''\n    {x}\n    ''' '''\n    z'''\n",
        (
            "async def t():\n    async with C() as c:\n        x = '''\n  a\n    b'''\n"
            "        f'''\n    {x}\n    ''' '''\n    z'''\n"
        ),
    ),
    (
        "async def t():\n    c = C()\n    x\n    await c.close()  # bye\n",
        "async def t():\n    async with C() as c:\n        x\n",
    ),
    ("async def t():\n    c = C()\n    await c.close()\n", "async def t():\n    async with C() as c:\n        pass\n"),
    (
        "async def t():\n    if a:\n        c = C(\n        1\n        )\n        @d\n        def f(): ...\n    z\n",
        "async def t():\n    if a:\n        async with C() as c:\n            @d\n            def f(): ...\n    z\n",
    ),
    ("if a:\n    pass\nc = C()\nx\n", "if a:\n    pass\nasync with C() as c:\n    x\n"),
    (
        "if a:\n    pass\nc = C()\nx = \\\n    y\n",
        "if a:\n    pass\nasync with C() as c:\n    x = \\\n        y\n",
    ),
]


def wrap(module: Module) -> tuple[Edit, ...]:
    first = statement(module, "c = ")
    parent = module.facts.parent(first)
    block: list[ast.stmt] = parent.body  # type: ignore[union-attr]
    body = block[block.index(first) + 1 :]
    closing = [s for s in body if module.text_of(s) == "await c.close()"]
    return wrap_in_block(module, "async with C() as c:", body, replacing=first, dropping=closing)


@pytest.mark.parametrize(("before", "after"), WRAPPED)
def test_a_statement_becomes_a_block(before: str, after: str) -> None:
    check(before, after, wrap)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def t():\n    x  # c\n    y\n    z\n", "def t():\n    with a:\n        x  # c\n        y\n    z\n"),
        (
            "if q:\n    @x\n    def x(): ...\n    y\n",
            "if q:\n    with a:\n        @x\n        def x(): ...\n        y\n",
        ),
    ],
)
def test_statements_get_a_block(before: str, after: str) -> None:
    def two(module: Module) -> list[ast.stmt]:
        block: list[ast.stmt] = module.facts.tree.body[0].body  # type: ignore[attr-defined]
        return block[:2]

    check(before, after, lambda module: wrap_in_block(module, "with a:", two(module)))


def test_one_step_is_that_of_the_block() -> None:
    text = "if a:\n    b\nclass A:\n  def f(self):\n      c = C()\n      if d:\n          e\n"
    after = text.replace("c = C()", "async with C() as c:").replace("      if d:\n", "          if d:\n    ")
    module = parse(text)
    assert edited(module, wrap(module)).decode() == after


@pytest.mark.parametrize("text", ["c = C(); x\n", "if a: c = C()\n", "c = C()\nx; y\n", "c = C()\nx;\n"])
def test_statements_that_share_rows_are_not_wrapped(text: str) -> None:
    assert wrap(parse(text)) == IMPOSSIBLE


def test_nothing_is_left_to_wrap() -> None:
    module = parse("x\n")
    assert wrap_in_block(module, "with a:", module.facts.tree.body, dropping=module.facts.tree.body) == IMPOSSIBLE


STATEMENTS = (
    "x = 1  # é",
    "y = '''\n  é\n\n'''",
    "f'''{\n    z}\n  '''",
    "if a:\n    b\nelse:\n    # c\n    d",
    "@dec\nasync def g():\n    '''doc\n    doc'''\n    return (\n  1)",
    "# comment",
    "",
    "await c.close()",
    "z = \\\n  2",
    "for i in j: k",
    "del m; n",
    '("a"\n"b"  # """\n"""c\n""")',
)
blocks = st.lists(st.sampled_from(STATEMENTS), max_size=6)
indents = st.sampled_from(["    ", "\t", "  "])


def program(statements: list[str], indent: str, newline: str) -> str:
    rows = "\n".join(["c = C()", *statements, "end"]).split("\n")
    text = "\n".join(["async def t():", *[f"{indent}{row}" if row else "" for row in rows], "after = 1", ""])
    return text.replace("\n", newline)


@settings(max_examples=200)
@given(blocks, indents, st.sampled_from(["\n", "\r\n", "\r"]))
def test_the_tree_of_a_wrapped_block(statements: list[str], indent: str, newline: str) -> None:
    module = parse(program(statements, indent, newline))
    function = module.facts.functions[0].node
    body, closing = function.body[1:], [s for s in function.body if module.text_of(s) == "await c.close()"]
    edits = wrap_in_block(module, "async with C() as c:", body, replacing=function.body[0], dropping=closing)
    if edits == IMPOSSIBLE:
        assert "del m; n" in statements
        return
    raw = edited(module, edits)
    wrapped = ast.parse("async def f():\n async with C() as c: pass").body[0].body[0]  # type: ignore[attr-defined]
    wrapped.body = [s for s in body if s not in closing]
    function.body = [wrapped]
    assert dump_of(raw) == ast.dump(module.facts.tree)
    assert "".join(raw.decode().split()).count("é") == module.text.count("é")


@given(blocks, indents, st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_the_tree_without_a_statement(statements: list[str], indent: str, newline: str, data: st.DataObject) -> None:
    module = parse(program(statements, indent, newline))
    found = [node for node in ast.walk(module.facts.tree) if isinstance(node, ast.stmt)]
    stmt = data.draw(st.sampled_from(found))
    raw = edited(module, delete_statement(module, stmt))
    parent = module.facts.parent(stmt)
    for field in ("body", "orelse"):
        block = getattr(parent, field, [])
        if stmt in block:
            block[:] = [s for s in block if s is not stmt]
            if not block:
                block.append(ast.Pass())
    assert dump_of(raw) == ast.dump(module.facts.tree)
