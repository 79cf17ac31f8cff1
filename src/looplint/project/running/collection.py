"""Which test files pytest passes by: `norecursedirs`, `--ignore`, a conftest.py's `collect_ignore`, module-level skips.

Paths of `testpaths` are entered whatever `norecursedirs` says; what a conftest.py computes may name any file below it
(pytest's reference, and run on pytest 7.4, 8.4 and 9.2).
"""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from looplint.model.definitions import constant, keyword

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

TEST_DIRECTORIES = frozenset({"test", "tests", "testing"})
"""Names of directories whose modules are test code."""
_OPTIONS = {"--ignore": False, "--ignore-glob": True}
_LISTS = {"collect_ignore": False, "collect_ignore_glob": True}


def is_test_file(project: Project, path: Path) -> bool:
    """Does pytest collect this file (`python_files`), or is it a conftest.py?"""
    return path.name == "conftest.py" or any(_matches(path, pattern) for pattern in project.settings.python_files)


def is_test_code(project: Project, path: Path) -> bool:
    """Is this a test file, or a module that stands among the tests (shared fixtures, helpers)?"""
    try:
        parts = path.relative_to(project.root).parts[:-1]
    except ValueError:
        parts = ()
    return not TEST_DIRECTORIES.isdisjoint(parts) or is_test_file(project, path)


def _matches(path: Path, pattern: str) -> bool:
    """pytest's rule for `python_files`: a pattern with a slash is matched against the end of the whole path."""
    if "/" in pattern:
        return fnmatchcase(path.as_posix(), pattern if pattern.startswith("/") else f"*/{pattern}")
    return fnmatchcase(path.name, pattern)


def is_passed_by(project: Project, facts: Facts) -> bool:
    """Does pytest pass by this file, when it is run as the configuration says?"""
    if facts.file is None:
        return False
    return (
        _not_recursed(project, facts.file)
        or _ignored_by_option(project, facts.file)
        or any(_ignored_by_conftest(conftest, facts.file) for conftest in project.conftests(facts.file))
        or _skips_itself(facts)
    )


def _not_recursed(project: Project, file: Path) -> bool:
    top = project.pytest_directory
    entered = [top / path for path in project.settings.testpaths]
    for directory in file.parents:
        if directory == top or directory in entered or not directory.is_relative_to(top):
            return False
        if any(_matches_directory(directory, pattern) for pattern in project.settings.norecursedirs):
            return True
    return False


def _matches_directory(directory: Path, pattern: str) -> bool:
    """pytest's `fnmatch_ex`: a pattern with a slash is matched against the end of the whole path."""
    if "/" in pattern:
        return fnmatchcase(directory.as_posix(), f"*/{pattern.rstrip('/')}")
    return fnmatchcase(directory.name, pattern)


def _ignored_by_option(project: Project, file: Path) -> bool:
    words = iter(project.settings.command.words)
    for word in words:
        name, equals, value = word.partition("=")
        if name in _OPTIONS:
            path = value if equals else next(words, "")
            if path and _names(project.pytest_directory, path, file, glob=_OPTIONS[name]):
                return True
    return False


def _names(directory: Path, path: str, file: Path, *, glob: bool) -> bool:
    if glob:
        pattern = str(directory / path)
        return any(fnmatchcase(str(one), pattern) for one in (file, *file.parents))
    return file.is_relative_to(directory / path)


def _ignored_by_conftest(conftest: Facts, file: Path) -> bool:
    if conftest.file is None or b"collect_ignore" not in conftest.source.raw:
        return False
    directory = conftest.file.parent
    for value, is_glob in _ignoring(conftest):
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else [value]
        for element in elements:
            path = constant(element)
            if not isinstance(path, str):
                return True  # computed: it may name any file
            if _unconditional(conftest, element) and _names(directory, path, file, glob=is_glob):
                return True
    return False


def _ignoring(conftest: Facts) -> Iterator[tuple[ast.expr, bool]]:
    """What a conftest.py puts into its lists of ignored files, each with: is it a glob?"""
    for name, is_glob in _LISTS.items():
        for binding in conftest.scope(conftest.tree).names.get(name, ()):
            value = binding.node.value if isinstance(binding.node, ast.AugAssign) else binding.value
            if value is not None:
                yield value, is_glob
        for call in conftest.calls:
            func = call.func
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == name:
                yield from ((argument, is_glob) for argument in call.args)


def _unconditional(facts: Facts, node: ast.AST) -> bool:
    """Is the statement that holds `node` one of the module itself, not under `if` or `try`?"""
    ups = [up for up in facts.parents(node) if isinstance(up, ast.stmt)]
    return len(ups) == 1


def _skips_itself(facts: Facts) -> bool:
    """Does the module call `pytest.skip(..., allow_module_level=True)`, whatever happens?"""
    return b"allow_module_level" in facts.source.raw and any(
        constant(keyword(call, "allow_module_level")) is True and _unconditional(facts, call)
        for call in facts.calls_to("pytest.skip")
    )
