"""What the configuration says about integration tests, and where it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import write

from looplint.knowledge.real_services import MARKS, PATHS
from looplint.project.configured.integration import IntegrationTests, integration_tests, parse_integration

if TYPE_CHECKING:
    from pathlib import Path


def test_lists_replace_or_extend() -> None:
    found = parse_integration({"marks": ["Slow"], "extend-paths": ["Contracts"], "clients": ["app.Llm"]})
    assert found == IntegrationTests(marks=("slow",), paths=(*PATHS, "contracts"), clients=("app.Llm",))
    assert parse_integration({}).marks == MARKS


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ([], "must be a table"),
        ({"mark": []}, "has no key `mark`; did you mean `marks`"),
        ({"zzz": []}, "has no key `zzz`$"),
        ({"marks": "slow"}, "has `marks`, which must be a list of strings"),
        ({"paths": [""]}, "has `paths`, which"),
    ],
)
def test_wrong_tables(table: object, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_integration(table)


def test_the_nearest_configuration_counts(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[tool.looplint.integration-tests]\nmarks = ['a']",
        "sub/looplint.toml": "integration-tests = { marks = ['b'] }",
        "sub/other/pyproject.toml": "[project]\nname = 'x'",
        "sub/broken/looplint.toml": "integration-tests = 1",
        "sub/plain/pyproject.toml": "[tool.looplint]\nselect = []",
        "sub/unreadable/looplint.toml": "= 1",
    }
    root = write(tmp_path, files)
    assert integration_tests(root).marks == ("a",)
    assert integration_tests(root / "sub/other/tests").marks == ("b",)
    assert integration_tests(root / "sub/broken").marks == MARKS
    assert integration_tests(root / "sub/plain").marks == MARKS
    assert integration_tests(root / "sub/unreadable").marks == ("b",)
