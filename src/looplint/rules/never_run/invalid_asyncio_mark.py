"""Asyncio mark with arguments that pytest-asyncio refuses, or with a misspelt name.

## What it does
Reports asyncio marks with a positional argument, an unknown keyword, both `scope` and `loop_scope`, a loop scope that does not
exist, a loop of the class where there is no class (of the package where there is none), and the deprecated `scope=`; and marks on
async tests that were meant to be `asyncio` (`pytest.mark.async_io`) and that nobody registered.

## Why it is bad
A refused mark is an error for its test, on pytest-asyncio 1.1 to 1.3, on the others for every test of the file. A misspelt
one is any mark: pytest takes it with a warning, and nobody runs the coroutine.

## What really happens
| mark | outcome |
|---|---|
| `asyncio("module")`, `asyncio(loopscope=…)` | before pytest-asyncio 0.24 ignored; since then `mark.asyncio accepts only …` |
| `asyncio(scope=…, loop_scope=…)` | from 0.24 on `An asyncio pytest marker defines both "scope" and "loop_scope"` |
| `asyncio(loop_scope="modul")` | from 0.24 on an `AssertionError`, from 1.5 on `got an unexpected loop scope value` (`scope=`: from 0.23 on a `KeyError`) |
| `asyncio(loop_scope="class")` on a function | 0.24 and 0.26: `is not part of any class`, no test of the file is collected (`scope=`: 0.23 too); from 1.0 on it runs |
| `asyncio(loop_factories=…)` | refused before 1.4 |
| `asyncio(scope="module")` | from 0.24 on `PytestDeprecationWarning: The "scope" keyword argument to the asyncio marker has been deprecated` |
| `pytest.mark.async_io` | strict mode: the test is skipped (pytest < 8.4) or fails; auto mode: `PytestUnknownMarkWarning` |

## Fix
Safe: `scope=` becomes `loop_scope=` where pytest-asyncio is 0.24 or newer. Unsafe, since a test starts to run: the name of the mark
or of the keyword is corrected, a lone positional scope gets its keyword, `scope` goes where both are given, a misspelt scope is replaced.

## Exceptions
A mark that is in force for no async test, because a nearer one counts; unittest classes; a mark that the configuration registers, or
that a conftest.py or plugin module of the project mentions.

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/markers/index.html>
* <https://docs.pytest.org/en/stable/how-to/mark.html#registering-marks>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.definitions import constant, keyword
from looplint.model.edits import IMPOSSIBLE, Edit, remove_keyword, replace_node, settle
from looplint.model.records import dataclass
from looplint.project.configured.settings import SCOPES
from looplint.project.running.misspelt_marks import WORDS, looks_like_asyncio, misspelt_mark
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Who
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.versions import severity_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project

_MARK = "pytest.mark.asyncio"
_KEYWORDS = {"loop_scope": "", "scope": "", "loop_factories": ">=0.24,<1.4"}
"""The mark's keywords, and the versions of pytest-asyncio that check keywords but do not know this one."""
_CHECKED = ">=0.24"
_REFUSED = "pytest-asyncio refuses the mark and does not run"


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a call of the mark: `broken` are the versions that refuse it; "": deprecated only."""

    text: str
    broken: str
    fix: str = ""
    edit: Callable[[Module], tuple[Edit, ...]] | None = None


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Marks with arguments first, then names that are nearly `asyncio`."""
    yield from _arguments(module, project)
    yield from _misspelt(module, project)


def _arguments(module: Module, project: Project) -> Iterator[Finding]:
    for call in module.facts.calls_to(_MARK):
        if not call.args and not call.keywords:
            continue
        tests = [test for test in _async_tests(project, module) if _has_mark(project, test, call)]
        for problem in _problems(project, call, tests):
            found = _finding(module, project, call, tests[0], problem)
            if found is not None:
                yield found


def _async_tests(project: Project, module: Module) -> Iterator[Function]:
    for function in module.facts.functions:
        if function.is_async and not function.is_generator and is_collected(project, function):
            yield function


def _has_mark(project: Project, test: Function, call: ast.Call) -> bool:
    """Is it this mark that counts for the test, and pytest-asyncio who reads it?"""
    runner = project.runner(test)
    return runner.who is Who.PYTEST_ASYNCIO and runner.mark is not None and runner.mark.call is call


def _finding(module: Module, project: Project, call: ast.Call, test: Function, problem: _Problem) -> Finding | None:
    applicability = Applicability.UNSAFE
    if not problem.broken:
        if project.must_be("pytest-asyncio", "<0.24"):
            return None
        severity, where = Severity.WARNING, ""
        if project.may_be("pytest-asyncio", "<0.24"):
            where, problem = "from pytest-asyncio 0.24 on", _Problem(problem.text, "")
        applicability = Applicability.SAFE
    else:
        severity, where = severity_on(project, "pytest-asyncio", problem.broken)
        if (
            "<" in problem.broken
            and severity is Severity.WARNING
            and not project.may_be("pytest-asyncio", problem.broken)
        ):
            return None
    text = problem.text.replace("{test}", test.name)
    return RULE.finding(
        module,
        call,
        f"{text}, {where}" if where else text,
        severity=severity,
        fix=partial(_fix, module, problem, applicability) if problem.edit is not None else None,
    )


def _fix(module: Module, problem: _Problem, applicability: Applicability) -> Fix | None:
    edits = problem.edit(module) if problem.edit is not None else IMPOSSIBLE
    return settle(Fix(message=problem.fix, applicability=applicability, edits=edits)) if edits != IMPOSSIBLE else None


def _problems(project: Project, call: ast.Call, tests: list[Function]) -> Iterator[_Problem]:
    """What is wrong with the arguments; nothing where some of them are computed."""
    names = [argument.arg for argument in call.keywords]
    if not tests or None in names:
        return
    if call.args:
        if all(isinstance(argument, ast.Constant) for argument in call.args):
            yield _positional(call)
        return
    unknown = next((name for name in names if name not in _KEYWORDS), None)
    if unknown is not None:
        yield _unknown(call, unknown)
    elif "scope" in names and "loop_scope" in names:
        edit = partial(_remove_scope, call=call)
        yield _Problem(f"`scope` and `loop_scope` in one mark: {_REFUSED} `{{test}}`", _CHECKED, "drop `scope`", edit)
    else:
        if "loop_factories" in names:
            text = f"this version's asyncio mark has no `loop_factories`: {_REFUSED} `{{test}}`"
            yield _Problem(text, _KEYWORDS["loop_factories"])
        yield from _scope_problems(project, call, tests)


def _positional(call: ast.Call) -> _Problem:
    text = f"an asyncio mark takes no positional argument: {_REFUSED} `{{test}}`"
    if len(call.args) == 1 and not call.keywords and constant(call.args[0]) in SCOPES:
        return _Problem(text, _CHECKED, "say that it is the `loop_scope`", partial(_name_argument, call=call))
    return _Problem(text, _CHECKED)


def _unknown(call: ast.Call, name: str) -> _Problem:
    from difflib import get_close_matches

    text = f"an asyncio mark has no argument `{name}`: {_REFUSED} `{{test}}`"
    meant = get_close_matches(name.lower().removeprefix("event_"), ["loop_scope"], cutoff=0.7)
    if not meant or any(argument.arg in ("loop_scope", "scope") for argument in call.keywords):
        return _Problem(text, _CHECKED)
    return _Problem(text, _CHECKED, "write `loop_scope`", partial(_rename, call=call, name=name))


def _scope_problems(project: Project, call: ast.Call, tests: list[Function]) -> Iterator[_Problem]:
    name = "loop_scope" if keyword(call, "loop_scope") is not None else "scope"
    node = keyword(call, name)
    value = constant(node)
    since = ">=0.23" if name == "scope" else _CHECKED
    if node is None:
        return
    if isinstance(value, str) and value and value not in SCOPES:
        yield _bad_value(node, value, since)
        return
    outside = next((test for test in tests if not _is_in(project, value, test)), None)
    if outside is not None:
        text = f"`{outside.name}` is in no {value}, but its mark asks for the loop of one: nothing of the file is collected"
        yield _Problem(text, f"{since},<1.0")
    if name == "scope":
        text = "`scope=` of the asyncio mark is deprecated in favour of `loop_scope=`, and `{test}` warns"
        yield _Problem(text, "", "write `loop_scope`", partial(_rename, call=call, name="scope"))


def _is_in(project: Project, scope: object, test: Function) -> bool:
    """Has a test what its loop is asked for?"""
    if scope == "class":
        return test.cls is not None
    file = test.facts.file
    return scope != "package" or file is None or project.finder.has(file.parent, "__init__.py")


def _bad_value(node: ast.expr, value: str, since: str) -> _Problem:
    from difflib import get_close_matches

    text = f'no loop scope is called "{value}": {_REFUSED} `{{test}}`'
    meant = get_close_matches(value.lower(), SCOPES, n=1, cutoff=0.7)
    if not meant:
        return _Problem(text, since)
    return _Problem(text, since, f'write "{meant[0]}"', partial(_replace, node=node, text=f'"{meant[0]}"'))


def _misspelt(module: Module, project: Project) -> Iterator[Finding]:
    facts = module.facts
    for node in facts.nodes(ast.Attribute):
        if not isinstance(node.value, (ast.Attribute, ast.Name)) or not looks_like_asyncio(node.attr):
            continue
        if facts.resolve(node.value) != "pytest.mark":
            continue
        test = next((test for test in _async_tests(project, module) if _is_marked(project, test, node)), None)
        if test is not None:
            yield from _misspelt_finding(module, project, node, test)


def _is_marked(project: Project, test: Function, node: ast.Attribute) -> bool:
    found = misspelt_mark(project, test)
    return found is not None and node in (found[0].node, getattr(found[0].call, "func", None))


def _misspelt_finding(module: Module, project: Project, node: ast.Attribute, test: Function) -> Iterator[Finding]:
    runner = project.runner(test)
    if runner.who is Who.NOBODY:
        severity, outcome = Severity.ERROR, _outcome(project, test)
    elif runner.who is Who.PYTEST_ASYNCIO and runner.mark is None and node.attr not in WORDS:
        refused = project.settings.strict_markers.value is True
        severity = Severity.ERROR if refused else Severity.WARNING
        outcome = "strict markers refuse it" if refused else "it says nothing to pytest-asyncio"
    else:
        return
    yield RULE.finding(
        module,
        node,
        f"`pytest.mark.{node.attr}` is a mark that nobody knows, not `asyncio`: {outcome}",
        severity=severity,
        settings=[str(project.settings.asyncio_mode)],
        fix=partial(_correct, module, node),
    )


def _outcome(project: Project, test: Function) -> str:
    if project.settings.strict_markers.value is True:
        return "strict markers refuse it"
    if project.must_be("pytest", "<8.4"):
        return f"pytest skips `{test.name}` and the suite stays green"
    return f"nobody runs `{test.name}`"


# -- edits -----------------------------------------------------------------------------------------------------------


def _correct(module: Module, node: ast.Attribute) -> Fix:
    edits = replace_node(module, node, f"{module.text_of(node.value)}.asyncio")
    return settle(Fix(message="write `asyncio`", applicability=Applicability.UNSAFE, edits=edits))


def _remove_scope(module: Module, *, call: ast.Call) -> tuple[Edit, ...]:
    return remove_keyword(module, call, "scope")


def _name_argument(module: Module, *, call: ast.Call) -> tuple[Edit, ...]:
    if "#" in module.text_of(call):
        return IMPOSSIBLE
    new = f"{module.text_of(call.func)}(loop_scope={module.text_of(call.args[0])})"
    return replace_node(module, call, new)


def _rename(module: Module, *, call: ast.Call, name: str) -> tuple[Edit, ...]:
    argument = next(argument for argument in call.keywords if argument.arg == name)
    start = module.span(argument)[0]
    return (Edit(start, start + len(name), "loop_scope"),)


def _replace(module: Module, *, node: ast.expr, text: str) -> tuple[Edit, ...]:
    return replace_node(module, node, text)


RULE = Rule(
    code="LPL307",
    name="invalid-asyncio-mark",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"mark",),
    also=(b"async",),
    check=check,
)
