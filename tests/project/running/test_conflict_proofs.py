from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.knowledge.conflicts import conflict, conflicts
from looplint.model.source import Source
from looplint.project import Project
from looplint.project.running.conflict_proofs import PROOFS
from looplint.project.running.conflicting_tests import CONFLICTING_TESTS

if TYPE_CHECKING:
    from pathlib import Path


ELSEWHERE = ("aiohttp1-loop-fixture-gone", "asyncio-policy-fixture-deprecated", "homeassistant-exact-pins")
"""What `project.loops` and `project.configured` find."""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_every_entry_that_is_told_has_its_proof() -> None:
    told = {known.id for known in conflicts() if known.told is not None}
    assert told == {*PROOFS, *CONFLICTING_TESTS, *ELSEWHERE}
    assert all(conflict(name).settings for name in {*PROOFS} & {*CONFLICTING_TESTS})


@pytest.mark.parametrize(
    ("name", "files", "row"),
    [
        (
            "lazy-fixture-pytest8",
            {"test_a.py": "import pytest\n@pytest.mark.parametrize('a', [1])\ndef test_a(a): ...\n"},
            3,
        ),
        ("lazy-fixture-pytest8", {"test_a.py": "def test_parametrize(): ...\n"}, None),
        ("aioresponses-aiohttp314", {"tests/helper.py": "\nfrom aioresponses import CallbackResult\n"}, 2),
        ("aioresponses-aiohttp314", {"app.py": "import aioresponses\n"}, None),
        ("asynctest-py311", {"test_a.py": "import asynctest_like\n"}, None),
        ("asynctest-py311", {"test_a.py": "try:\n    import asynctest\nexcept ImportError: ...\n"}, None),
        (
            "socket-disabled-breaks-loop",
            {"test_a.py": "import pytest\n@pytest.mark.asyncio\nasync def test_a(): ...\n"},
            3,
        ),
        (
            "socket-disabled-breaks-loop",
            {
                "test_a.py": "import pytest\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
                "conftest.py": "import pytest_socket\n",
            },
            None,
        ),
        (
            "timeout-thread-kills-run",
            {
                "test_a.py": "import pytest\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
                "pytest.ini": "[pytest]\naddopts = -n auto\n",
            },
            None,
        ),
        ("base-url-pytest92-error", {"test_a.py": "def test_a(): ...\ndef test_b(page): ...\n"}, 2),
        ("base-url-pytest92-error", {"test_a.py": "def test_a(playwright): ...\n"}, None),
    ],
)
def test_what_is_hurt(tmp_path: Path, name: str, files: dict[str, str], row: int | None) -> None:
    write(tmp_path, files)
    proof = PROOFS[name](Project(tmp_path))
    assert (proof.row if proof is not None else None) == row


DJANGO = "import pytest\n@pytest.mark.asyncio\n@pytest.mark.django_db{}\nasync def test_a({}):\n    {}\n"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("django-async-no-rollback", DJANGO.format("", "", "await User.objects.acreate()"), True),
        ("django-async-no-rollback", DJANGO.format("()", "", "await User.objects.filter(a=1).aupdate(a=2)"), True),
        ("django-async-no-rollback", DJANGO.format("(transaction=True)", "", "await User.objects.acreate()"), False),
        ("django-async-no-rollback", DJANGO.format("", "transactional_db", "await User.objects.acreate()"), False),
        ("django-async-no-rollback", DJANGO.format("", "", "await User.objects.acount()"), False),
        ("django-async-no-rollback", DJANGO.format("", "", "await client.acreate()"), False),
        ("respx-and-httpx-mock", "def test_a(httpx_mock, respx_mock): ...\n", True),
        ("respx-and-httpx-mock", "def test_a(httpx_mock): ...\ndef test_b(respx_mock): ...\n", False),
        (
            "respx-and-httpx-mock",
            "import pytest\n@pytest.fixture\ndef httpx_mock(): ...\ndef test_a(httpx_mock, respx_mock): ...\n",
            False,
        ),
        (
            "bdd-async-steps",
            "from pytest_bdd import given, parsers\n@given(parsers.parse('a'))\nasync def a(): ...\n",
            True,
        ),
        (
            "bdd-async-steps",
            "from pytest_bdd import given\nfrom k import run\n@given('a')\n@run\nasync def a(): ...\n",
            False,
        ),
        ("bdd-async-steps", "from behave import given\n@given('a')\nasync def a(): ...\n", False),
    ],
)
def test_tests_that_are_a_conflict(tmp_path: Path, name: str, text: str, found: bool) -> None:
    write(tmp_path, {"test_a.py": text, "requirements.txt": "pytest-bdd\n"})
    project = Project(tmp_path)
    module = project.open(Source.from_bytes(text.encode(), "test_a.py"), tmp_path / "test_a.py")
    assert bool(list(CONFLICTING_TESTS[name][1](project, module.facts))) is found
