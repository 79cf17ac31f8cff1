from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.edited import check, edited, expression, parse

from looplint.model.edits import import_edits, import_from_edits

if TYPE_CHECKING:
    from looplint.model.module import Module

NEW_MODULE = [
    # files without imports
    ("", "import pytest_asyncio\n"),
    ("x = 1\n", "import pytest_asyncio\n\nx = 1\n"),
    ("def f(): ...\n", "import pytest_asyncio\n\n\ndef f(): ...\n"),
    ("# why f\ndef f(): ...\n", "import pytest_asyncio\n\n\n# why f\ndef f(): ...\n"),
    ("# (c) me\n\n# why f\ndef f(): ...\n", "# (c) me\n\nimport pytest_asyncio\n\n\n# why f\ndef f(): ...\n"),
    ("# (c) me\n", "# (c) me\nimport pytest_asyncio\n"),
    ("#!/usr/bin/python\nx = 1\n", "#!/usr/bin/python\nimport pytest_asyncio\n\nx = 1\n"),
    ("#!/bin/x\n# coding: utf-8\nx = 1\n", "#!/bin/x\n# coding: utf-8\nimport pytest_asyncio\n\nx = 1\n"),
    ("\n\nx = 1\n", "import pytest_asyncio\n\n\nx = 1\n"),
    ('"""doc\n\ntext\n"""\nx = 1\n', '"""doc\n\ntext\n"""\n\nimport pytest_asyncio\n\nx = 1\n'),
    ('"""doc"""\n\n\nclass A: ...\n', '"""doc"""\n\nimport pytest_asyncio\n\n\nclass A: ...\n'),
    ('"""doc"""  # c\n# d\nclass A: ...\n', '"""doc"""  # c\n\nimport pytest_asyncio\n\n\n# d\nclass A: ...\n'),
    ('"""doc"""; x = 1\n', '"""doc"""; x = 1\n\nimport pytest_asyncio\n'),
    ('"""doc"""', '"""doc"""\n\nimport pytest_asyncio'),
    ("# c", "# c\nimport pytest_asyncio"),
    (
        "from __future__ import annotations\nx = 1\n",
        "from __future__ import annotations\n\nimport pytest_asyncio\n\nx = 1\n",
    ),
    # the first group of its kind, in order
    ("import os\nimport pytest\n", "import os\nimport pytest\nimport pytest_asyncio\n"),
    ("import os\nimport pytest", "import os\nimport pytest\nimport pytest_asyncio"),
    ("import os\n\nimport pytest\n\nx = 1\n", "import os\n\nimport pytest\nimport pytest_asyncio\n\nx = 1\n"),
    ("import os\n\nimport app\nimport sut\n", "import os\n\nimport app\nimport pytest_asyncio\nimport sut\n"),
    ("import os\n\nimport sut\n", "import os\n\nimport pytest_asyncio\nimport sut\n"),
    ("import os\n\nfrom app import a\n", "import os\n\nimport pytest_asyncio\nfrom app import a\n"),
    (
        "from app import a\nimport ham\nfrom sut import b\n",
        "from app import a\nimport ham\nimport pytest_asyncio\nfrom sut import b\n",
    ),
    ("import sut\nimport app\n", "import sut\nimport app\nimport pytest_asyncio\n"),
    ("import os\nx = 1\n", "import os\n\nimport pytest_asyncio\nx = 1\n"),
    ("import os\n\nfrom . import x\n", "import os\n\nimport pytest_asyncio\n\nfrom . import x\n"),
    ("from . import x\n", "import pytest_asyncio\n\nfrom . import x\n"),
    ("# (c)\nimport sut  # s\n", "# (c)\nimport pytest_asyncio\nimport sut  # s\n"),
    ("import app  # a\n# s\nimport sut\n", "import app  # a\nimport pytest_asyncio\n# s\nimport sut\n"),
    # traps
    ("import os; import sys\nx = 1\n", "import os; import sys\n\nimport pytest_asyncio\nx = 1\n"),
    ("import os; x = '''\n'''\nx = 1\n", "import os; x = '''\n'''\n\nimport pytest_asyncio\nx = 1\n"),
    ("import app \\\n    as b\nx = 1\n", "import app \\\n    as b\nimport pytest_asyncio\nx = 1\n"),
    ("from app import (\n    a,\n)\nx = 1\n", "import pytest_asyncio\nfrom app import (\n    a,\n)\nx = 1\n"),
    (
        "try:\n    import app\nexcept ImportError:\n    app = None\n\nimport pytest\n",
        "try:\n    import app\nexcept ImportError:\n    app = None\n\nimport pytest\nimport pytest_asyncio\n",
    ),
    (
        "import sys\n\nsys.path.insert(0, 'x')\n\nimport app  # noqa: E402\n",
        "import sys\n\nsys.path.insert(0, 'x')\n\nimport app  # noqa: E402\nimport pytest_asyncio\n",
    ),
    (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import pytest_asyncio\n",
        "from typing import TYPE_CHECKING\n\nimport pytest_asyncio\n\nif TYPE_CHECKING:\n    import pytest_asyncio\n",
    ),
    (
        "import sys\nif sys.platform == 'x':\n    import pytest_asyncio\n",
        "import sys\n\nimport pytest_asyncio\nif sys.platform == 'x':\n    import pytest_asyncio\n",
    ),
    ("def f():\n    import pytest_asyncio\n", "import pytest_asyncio\n\n\ndef f():\n    import pytest_asyncio\n"),
    ("x = 1\ndef f(): ...\nimport app\n", "import pytest_asyncio\n\nx = 1\ndef f(): ...\nimport app\n"),
]

REUSED_MODULE = [
    ("import pytest_asyncio\n", "pytest_asyncio"),
    ("import os, pytest_asyncio as pa\n", "pa"),
    ("import pytest_asyncio.plugin\n", "pytest_asyncio"),
    ("try:\n    import pytest_asyncio\nexcept ImportError:\n    pytest_asyncio = None\n", "pytest_asyncio"),
    ("def f(): ...\nimport pytest_asyncio\n", "pytest_asyncio"),
]


def add_module(module: Module) -> object:
    return import_edits(module, "pytest_asyncio")[1]


@pytest.mark.parametrize(("before", "after"), NEW_MODULE)
def test_a_new_import_has_its_place(before: str, after: str) -> None:
    check(before, after, lambda module: import_edits(module, "pytest_asyncio")[1])


@pytest.mark.parametrize(("text", "expected"), REUSED_MODULE)
def test_an_import_that_is_there_is_reused(text: str, expected: str) -> None:
    assert import_edits(parse(text), "pytest_asyncio") == (expected, ())


@pytest.mark.parametrize(
    ("text", "dotted", "alias", "expression", "after"),
    [
        ("import os\n", "asyncio", None, "asyncio", "import asyncio\nimport os\n"),
        ("import pytest\n", "asyncio", None, "asyncio", "import asyncio\n\nimport pytest\n"),
        ("import numpy\n", "numpy.random", None, "numpy.random", "import numpy\nimport numpy.random\n"),
        ("import x\n", "y.z", "yz", "yz", "import x\nimport y.z as yz\n"),
        ("def asyncio(): ...\n", "asyncio", None, "asyncio_", "import asyncio as asyncio_\n\n\ndef asyncio(): ...\n"),
        (
            "asyncio = asyncio_ = 1\n",
            "asyncio",
            None,
            "asyncio_2",
            "import asyncio as asyncio_2\n\nasyncio = asyncio_ = 1\n",
        ),
        ("def f():\n    global y\n", "y.z", None, "z_", "import y.z as z_\n\n\ndef f():\n    global y\n"),
    ],
)
def test_other_modules(text: str, dotted: str, alias: str | None, expression: str, after: str) -> None:
    module = parse(text)
    found, edits = import_edits(module, dotted, alias=alias)
    assert (found, edited(module, edits).decode()) == (expression, after)


NEW_NAME = [
    ("import os\n", "import os\nfrom unittest.mock import AsyncMock\n"),
    ("from unittest.mock import *\n", "from unittest.mock import *\nfrom unittest.mock import AsyncMock\n"),
    # extended in its own layout, in order
    ("from unittest.mock import patch\n", "from unittest.mock import AsyncMock, patch\n"),
    ("from unittest.mock import ANY\n", "from unittest.mock import ANY, AsyncMock\n"),
    (
        "from unittest.mock import ANY, Mock as M, patch  # c\n",
        "from unittest.mock import ANY, AsyncMock, Mock as M, patch  # c\n",
    ),
    ("from unittest.mock import patch, Mock\n", "from unittest.mock import patch, Mock, AsyncMock\n"),
    ("from unittest.mock import (Mock)\n", "from unittest.mock import (AsyncMock, Mock)\n"),
    ("from unittest.mock import (ANY,)\n", "from unittest.mock import (ANY, AsyncMock,)\n"),
    ("from unittest.mock import ANY, \\\n    patch\n", "from unittest.mock import ANY, \\\n    AsyncMock, patch\n"),
    (
        "from unittest.mock import patch, \\\n    Mock; x = 1\n",
        "from unittest.mock import patch, \\\n    Mock, AsyncMock; x = 1\n",
    ),
    (
        "from unittest.mock import (  # (\n    # any\n    ANY,  # a\n    # m\n    Mock,\n)\n",
        "from unittest.mock import (  # (\n    # any\n    ANY,  # a\n    AsyncMock,\n    # m\n    Mock,\n)\n",
    ),
    (
        "from unittest.mock import (\n    Mock,\n    patch,\n)\n",
        "from unittest.mock import (\n    AsyncMock,\n    Mock,\n    patch,\n)\n",
    ),
    ("from unittest.mock import (\n    ANY\n)\n", "from unittest.mock import (\n    ANY,\n    AsyncMock\n)\n"),
    (
        "from unittest.mock import (\n    ANY  # a\n)\n",
        "from unittest.mock import (\n    ANY,  # a\n    AsyncMock\n)\n",
    ),
    (
        "from unittest.mock import (\n    patch,\n    Mock,  # m\n)\n",
        "from unittest.mock import (\n    patch,\n    Mock,  # m\n    AsyncMock,\n)\n",
    ),
    (
        "from unittest.mock import (\n    Mock, patch,\n)\n",
        "from unittest.mock import (\n    AsyncMock, Mock, patch,\n)\n",
    ),
    (
        "from unittest.mock import (ANY,\n                           Mock)\n",
        "from unittest.mock import (ANY,\n                           AsyncMock,\n                           Mock)\n",
    ),
    # not to be extended
    (
        "if x:\n    from unittest.mock import Mock\n",
        "from unittest.mock import AsyncMock\n\nif x:\n    from unittest.mock import Mock\n",
    ),
    ("from .unittest.mock import Mock\n", "from unittest.mock import AsyncMock\n\nfrom .unittest.mock import Mock\n"),
]


@pytest.mark.parametrize(("before", "after"), NEW_NAME)
def test_a_new_name_has_its_place(before: str, after: str) -> None:
    check(before, after, lambda module: import_from_edits(module, "unittest.mock", "AsyncMock")[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from unittest.mock import Mock, AsyncMock\n", "AsyncMock"),
        ("from unittest.mock import AsyncMock as AM\n", "AM"),
        ("from unittest import mock\n", "mock.AsyncMock"),
        ("from unittest import mock as m\n", "m.AsyncMock"),
        ("import unittest.mock\n", "unittest.mock.AsyncMock"),
        ("import unittest.mock as um\n", "um.AsyncMock"),
        ("from unittest.mock import AsyncMock\nimport unittest.mock as um\n", "AsyncMock"),
        ("try:\n    from unittest.mock import AsyncMock\nexcept ImportError:\n    from mock import AsyncMock\n", None),
    ],
)
def test_names_that_are_there_are_reused(text: str, expected: str | None) -> None:
    found, edits = import_from_edits(parse(text), "unittest.mock", "AsyncMock")
    if expected is None:
        assert found == "AsyncMock_" or not edits
    else:
        assert (found, edits) == (expected, ())


SHADOWED = [
    # a package alone does not have its submodule
    ("import unittest\nUSE\n", "AsyncMock"),
    # something else has the name
    ("class AsyncMock: ...\nUSE\n", "AsyncMock_"),
    ("from mock import AsyncMock\nUSE\n", "AsyncMock_"),
    ("AsyncMock = AsyncMock_ = 1\nUSE\n", "AsyncMock_2"),
    ("from unittest import mock\nmock = 1\nUSE\n", "AsyncMock"),
    ("from unittest import mock\ndel mock\nUSE\n", "AsyncMock"),
    ("from unittest import mock\ndef f(mock):\n    USE\n", "AsyncMock"),
    ("from unittest import mock\ndef f():\n    with g() as mock:\n        USE\n", "AsyncMock"),
    ("from unittest import mock\n[USE for mock in x]\n", "AsyncMock"),
    ("from unittest.mock import AsyncMock\ndef f(AsyncMock):\n    USE\n", "AsyncMock_"),
    ("import unittest.mock\ndef f(unittest):\n    USE\n", "AsyncMock"),
    ("class A:\n    AsyncMock = 1\n    def f(self):\n        USE\n", "AsyncMock"),
    ("class A:\n    AsyncMock = 1\n    USE\n", "AsyncMock_"),
    # bound too late for code that runs on import, early enough for a function
    ("USE\nfrom unittest.mock import AsyncMock\n", "AsyncMock"),
    ("def f(a=USE): ...\nfrom unittest.mock import AsyncMock as AM\n", "AsyncMock"),
    ("def f():\n    USE\nfrom unittest.mock import AsyncMock as AM\n", "AM"),
    ("f = lambda: USE\nfrom unittest.mock import AsyncMock as AM\n", "AM"),
    # local imports
    ("def f():\n    from unittest.mock import AsyncMock as AM\n    USE\n", "AM"),
    ("def f():\n    USE\n    from unittest.mock import AsyncMock as AM\n", "AM"),
    ("def f():\n    if x:\n        from unittest.mock import AsyncMock as AM\n    USE\n", "AsyncMock"),
    ("def g():\n    from unittest.mock import AsyncMock as AM\ndef f():\n    USE\n", "AsyncMock"),
]


@pytest.mark.parametrize(("text", "expected"), SHADOWED)
def test_the_expression_means_the_name_where_it_is_used(text: str, expected: str) -> None:
    module = parse(text)
    at = expression(module, "USE")
    found, edits = import_from_edits(module, "unittest.mock", "AsyncMock", at=at)
    after = parse(edited(module, edits))
    if "USE\n    from" not in text:
        assert found == expected
    use = expression(after, "USE")
    assert after.facts.resolve_text(found, use) == "unittest.mock.AsyncMock"


HEADS = ("", "#!/usr/bin/env python\n", "# coding: utf-8\n", "# licence é\n\n", "# about x\n", "\n\n", "\x0c\n")
DOCSTRINGS = ("", '"""doc"""\n', '"""doc\n\nmore é"""\n\n', "'doc'  # c\n", '"""a"""; y = 1\n')
FUTURES = ("", "from __future__ import annotations\n", "from __future__ import (\n    annotations,\n)\n\n")
STATEMENTS = (
    "import os\n",
    "import os; import sys\n",
    "import pytest\n",
    "import pytest as p, sys\n",
    "from unittest.mock import Mock, patch\n",
    "from unittest.mock import (\n    Mock,\n    patch,  # é\n)\n",
    "from unittest.mock import (Mock, ANY\n    )\n",
    "from unittest.mock import Mock, \\\n    patch\n",
    "from unittest import mock\n",
    "from unittest.mock import *\n",
    "import unittest.mock as um\n",
    "from . import helpers\n",
    "from app import (  # c\n    a\n)\n",
    "try:\n    from unittest.mock import AsyncMock\nexcept ImportError:\n    AsyncMock = None\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from unittest.mock import AsyncMock\n",
    "if TYPE_CHECKING:\n    import pytest_asyncio\n",
    "sys.path.insert(0, 'é')\n",
    "\n",
    "# comment\n",
    "x = '''\nimport os\n'''\n",
    "def test_x(mock):\n    import os\n",
    "class AsyncMock: ...\n",
    "mock = None\n",
    "import pytest_asyncio\n",
    "import pytest_asyncio as pa\n",
)
files = st.builds(
    lambda head, docstring, future, body, end, newline: (head + docstring + future + "".join(body) + end).replace(
        "\n", newline
    ),
    st.sampled_from(HEADS),
    st.sampled_from(DOCSTRINGS),
    st.sampled_from(FUTURES),
    st.lists(st.sampled_from(STATEMENTS), max_size=6),
    st.sampled_from(["", "z = 1", "@dec\ndef f():\n\treturn 1\n"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


@settings(max_examples=300)
@given(files, st.sampled_from([("pytest_asyncio", ""), ("unittest.mock", "AsyncMock"), ("asyncio", "")]))
def test_laws(text: str, wanted: tuple[str, str]) -> None:
    try:
        ast.parse(text)
    except SyntaxError:
        return
    from_module, name = wanted

    def add(module: Module) -> tuple[str, bytes]:
        found, edits = import_from_edits(module, from_module, name) if name else import_edits(module, from_module)
        return found, edited(module, edits)

    module = parse(text)
    found, raw = add(module)
    after = parse(raw)
    assert after.facts.resolve_text(found) == ".".join(filter(None, wanted))
    assert add(after) == (found, raw)
    # Nothing is lost: what was inserted is one piece, or two where a comma was missing.
    assert is_subsequence(text, after.text)
    assert ast.get_docstring(after.facts.tree) == ast.get_docstring(module.facts.tree)
    assert after.source.newline == module.source.newline or not any(c in text for c in "\r\n")
    old, new = ([ast.dump(s) for s in m.facts.tree.body] for m in (module, after))
    assert [s for s in old if "ImportFrom" not in s] == [s for s in new if s in old and "ImportFrom" not in s]


def is_subsequence(short: str, long: str) -> bool:
    characters = iter(long)
    return all(character in characters for character in short)
