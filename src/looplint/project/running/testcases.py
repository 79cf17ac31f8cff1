"""Tests of unittest classes: which there are, what they are called with, and what may run coroutines for them.

unittest calls a test method with nothing but `self` (unittest/case.py, `_callTestMethod`), under pytest too: fixtures
and `parametrize` do not reach it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.kept import kept_by_file
from looplint.project.code.definitions import mro
from looplint.project.code.mark_expressions import is_mark
from looplint.project.code.patching import patch_form, replacement
from looplint.project.running.marks import marks_of
from looplint.project.running.runner import collection_hook, wrapped_class
from looplint.project.running.usage import subclasses_in_file
from looplint.project.running.who import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Decorator, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

TESTCASES = (Family.TESTCASE, Family.ISOLATED)
TESTCASE_NAMES = ("unittest.TestCase", "unittest.case.TestCase")

_SKIPS = frozenset({"unittest.skip", "unittest.expectedFailure"})
_SKIP_MARKS = frozenset({"skip", "xfail"})
_HANDS_OVER_NOTHING = frozenset(
    {
        "unittest.mock.patch.dict", "mock.patch.dict", "unittest.skipIf", "unittest.skipUnless", "typing.final",
        "typing.no_type_check", "typing.override", "typing_extensions.final", "typing_extensions.override",
    }
)  # fmt: skip
"""Decorators that are no marks and give a test no further argument."""

_DEFAULT = frozenset({"unittest.mock.DEFAULT", "mock.DEFAULT"})
_INTERCEPTING = frozenset({"__getattribute__", "__getattr__"})


def unittest_tests(project: Project, facts: Facts) -> Iterator[Function]:
    """The methods of a file that unittest runs as tests: of (Isolated)TestCases, with the prefix "test", not skipped.

    The file counts if pytest or unittest's discovery collects it or it calls `unittest.main`. Left out are methods
    that the file uses itself (`run(TestStore("test_open").test_open())`), and classes that are only the base of others,
    or are changed after their definition.
    """
    for cls in facts.classes:
        if cls.cls is not None or cls.outer is not None:
            continue
        tests = [m for m in cls.methods.values() if m.name.startswith("test") and m.fixture is None]
        if not tests or project.family(cls) not in TESTCASES or not _is_run(project, cls):
            continue
        for test in tests:
            if test.name not in _attributes(facts) and not _is_skipped(project, test):
                yield test


@kept_by_file
def _attributes(facts: Facts) -> frozenset[str]:
    """The attributes that a file uses."""
    return frozenset(node.attr for node in facts.nodes(ast.Attribute))


def runs_coroutines(project: Project, cls: Class) -> bool:
    """May something in or around a TestCase run the coroutines that its tests return?

    A metaclass or decorator of the class, a method by which attributes are looked up, code of a base that looks for
    coroutine functions or replaces the test method, a hook of a conftest.py.
    """
    owners = [owner for owner in mro(project, cls) if owner is not None]
    if any(_INTERCEPTING & owner.methods.keys() or _replaces_tests(owner) for owner in owners):
        return True
    test = next(iter(cls.methods.values()), None)
    if test is not None and wrapped_class(project, test) is not None:
        return True
    return collection_hook(project, cls.facts) is not None


def unfilled(project: Project, test: Function) -> tuple[ast.arg, ...] | None:
    """The parameters that a test of a unittest class is called without; None where a decorator may give them.

    `@patch` gives one from the left for each decorator without `new`, `patch.multiple` those that are DEFAULT.
    """
    arguments = test.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    required = plain[1 : len(plain) - len(arguments.defaults)]
    keywords = [p for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is None]
    if not required and not keywords:
        return ()
    if test.decorated("builtins.staticmethod", "builtins.classmethod") or wrapped_class(project, test) is not None:
        return None
    given, named = 0, set[str]()
    for decorator in [*test.decorators, *(test.cls.decorators if test.cls is not None else ())]:
        form = patch_form(test.facts, decorator.call.func) if decorator.call is not None else None
        if form == "multiple" and decorator.call is not None:
            named |= _defaults(test.facts, decorator.call)
        elif form is not None and decorator.call is not None:
            if any(k.arg is None for k in decorator.call.keywords):
                return None
            given += replacement(decorator.call, form) is None
        elif not _hands_over_nothing(project, test, decorator):
            return None
    return tuple(p for p in (*required[given:], *keywords) if p.arg not in named)


def _hands_over_nothing(project: Project, test: Function, decorator: Decorator) -> bool:
    return decorator.name in _HANDS_OVER_NOTHING or is_mark(project, test.facts, decorator.node)


def _defaults(facts: Facts, call: ast.Call) -> set[str]:
    """The keyword arguments of `patch.multiple` for which it makes a mock and hands it over."""
    return {k.arg for k in call.keywords if k.arg and facts.resolve(k.value) in _DEFAULT}


def _is_run(project: Project, cls: Class) -> bool:
    """Is the class one that unittest gets to see as it is written?"""
    facts = cls.facts
    named = project.is_test_file(facts.file) or (facts.file is not None and facts.file.name.startswith("test"))
    if not (named and not project.is_passed_by(facts)) and next(facts.calls_to("unittest.main"), None) is None:
        return False
    if facts.file is not None and facts.file.name == "conftest.py":
        return False
    said = (owner.attributes["__test__"] for owner in mro(project, cls) if owner and "__test__" in owner.attributes)
    if getattr(next(said, None), "value", True) is False or any(_changes(stmt, cls) for stmt in facts.tree.body):
        return False
    return not any(_is_other_family(project, other, cls) for other in subclasses_in_file(project, cls))


def _is_other_family(project: Project, derived: Class, cls: Class) -> bool:
    return derived is not cls and project.family(derived) is not project.family(cls)


def _changes(stmt: ast.stmt, cls: Class) -> bool:
    """Does a statement of the module delete the class, or give it attributes, perhaps in a loop?"""
    if isinstance(stmt, ast.Delete):
        return any(isinstance(target, ast.Name) and target.id == cls.name for target in stmt.targets)
    if isinstance(stmt, ast.Assign):
        owners = [target.value for target in stmt.targets if isinstance(target, ast.Attribute)]
        return any(isinstance(owner, ast.Name) and owner.id == cls.name for owner in owners)
    if isinstance(stmt, (ast.For, ast.Expr)):
        calls = (node for node in ast.walk(stmt) if isinstance(node, ast.Call))
        return any(isinstance(call.func, ast.Name) and call.func.id == "setattr" for call in calls)
    return False


def _is_skipped(project: Project, test: Function) -> bool:
    """Does nobody care what becomes of the test, because it is skipped or expected to fail?"""
    owners = (owner for owner in mro(project, test.cls) if owner is not None) if test.cls is not None else ()
    decorators = [*test.decorators, *(decorator for owner in owners for decorator in owner.decorators)]
    return any(decorator.name in _SKIPS for decorator in decorators) or any(
        mark in _SKIP_MARKS for _, mark in marks_of(project, test)
    )


def _replaces_tests(cls: Class) -> bool:
    """Does the class look for coroutine functions, or put something in the place of its test method?"""
    first, last = cls.node.lineno, cls.node.end_lineno or cls.node.lineno
    text = "\n".join(cls.facts.source.line(row) for row in range(first, last + 1))
    return "iscoroutine" in text or ("setattr(" in text and ("methodName" in text or "MethodName" in text))
