"""Client of httpx that is made with `app=`, which httpx 0.28 removed.

## What it does
Reports `httpx.AsyncClient(app=...)` and `httpx.Client(app=...)`: directly, through `functools.partial`, through a subclass that hands
its arguments on, in `super().__init__(app=...)`. Also `AsyncClient(app, ...)`, since the client takes no positional arguments.

## Why it is bad
The shortcut was deprecated in httpx 0.27 and is gone since 0.28. Most suites make their client in one fixture, so that with an
unpinned httpx every test of the API fails from one day to the next.

## What really happens
| httpx | `AsyncClient(app=app)` |
|---|---|
| 0.26 and older | works |
| 0.27 | works, with `DeprecationWarning: The 'app' shortcut is now deprecated.`, an error under `filterwarnings = error` |
| 0.28 and newer | `TypeError: AsyncClient.__init__() got an unexpected keyword argument 'app'` |
| all | `AsyncClient(app)`: `TypeError: ... takes 1 positional argument but 2 positional arguments ... were given` |

It is an error where a fresh install, or the lock file, brings httpx 0.28 or newer, else a warning.

## Fix
Safe: `app=app` becomes `transport=ASGITransport(app=app)` (`WSGITransport` for `httpx.Client`), with the import it needs. That is what
older versions do with the shortcut. Where a `transport` is given too, it is the one that counts, and `app=` is taken away.

## Exceptions
Arguments handed on by `**kwargs`; subclasses with an `__init__` or `__new__` of their own; files that replace the class; calls where the
TypeError is expected, or that depend on the version of httpx. Starlette's `TestClient(app=...)` is another class.

## References
* <https://github.com/encode/httpx/blob/master/CHANGELOG.md>
* <https://www.python-httpx.org/advanced/transports/#asgi-transport>
* <https://github.com/florimondmanca/asgi-lifespan/issues/65>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from looplint.model.definitions import keyword
from looplint.model.edits import Edit, import_from_edits, remove_keyword, settle
from looplint.model.names import last_name
from looplint.project.code.client_calls import expects_type_error
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.replaced_names import overwritten_names
from looplint.project.code.values import ClassValue
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.versions import severity_of_removal_in_newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_TRANSPORTS = {"httpx.AsyncClient": "ASGITransport", "httpx.Client": "WSGITransport"}
_GONE = ">=0.28"
_CHOICES = ("hasattr", "signature", "transport", "version")
"""Words in a condition that chooses the spelling that the installed httpx knows."""


class _Made(NamedTuple):
    """A call that hands `app` to a client of httpx, by keyword or as the one positional argument."""

    call: ast.Call
    client: str
    app: ast.keyword | ast.expr


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Clients of httpx that get an `app`."""
    facts = module.facts
    for call in facts.calls:
        app = next((argument for argument in call.keywords if argument.arg == "app"), None) or _positional(call)
        if app is None:
            continue
        client = _client(project, facts, call)
        if client is None or (not isinstance(app, ast.keyword) and client != facts.resolve(call.func)):
            continue
        if client.rpartition(".")[2] in overwritten_names(facts) or _is_expected(facts, call):
            continue
        yield _finding(module, project, _Made(call, client, app))


def _positional(call: ast.Call) -> ast.expr | None:
    """The one positional argument, if it is called an app."""
    if len(call.args) != 1 or isinstance(call.args[0], ast.Starred) or keyword(call, "transport") is not None:
        return None
    node = call.args[0]
    named = node.func if isinstance(node, ast.Call) else node
    leaf = last_name(named)
    return node if leaf == "app" or leaf.endswith("_app") else None


# -- which client ----------------------------------------------------------------------------------------------------


def _client(project: Project, facts: Facts, call: ast.Call) -> str | None:
    """The class of httpx whose `__init__` gets the arguments of a call."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "__init__":
        return _initialised(project, facts, func.value)
    if facts.resolve(func) == "functools.partial":
        return _class(project, facts, call.args[0]) if len(call.args) == 1 else None
    return _class(project, facts, func)


def _initialised(project: Project, facts: Facts, owner: ast.expr) -> str | None:
    """For `super().__init__` and `AsyncClient.__init__`."""
    if not isinstance(owner, ast.Call):
        return _class(project, facts, owner)
    cls = facts.class_of(owner)
    if cls is None or facts.resolve(owner.func) != "builtins.super" or owner.args:
        return None
    return None if project.member_of_bases(cls, "__init__") is not None else _base(project, cls)


def _class(project: Project, facts: Facts, node: ast.expr) -> str | None:
    dotted = facts.resolve(node)
    if dotted in _TRANSPORTS:
        return dotted if project.definition(dotted, facts) is None else None
    if dotted is None or dotted.startswith("builtins."):
        return None
    value = project.infer(facts, node)
    if not isinstance(value, ClassValue) or value.cls is None or value.cls.node.keywords:
        return None
    for owner in mro(project, value.cls):
        if owner is not None and not owner.methods.keys().isdisjoint(("__init__", "__new__")):
            return None
    return _base(project, value.cls)


def _base(project: Project, cls: Class) -> str | None:
    """The client of httpx that a project class is; None where another base may take the argument."""
    bases = external_bases(project, cls) - {"builtins.object", "abc.ABC", "typing.Generic"}
    base = next(iter(bases)) if len(bases) == 1 else None
    return base if base in _TRANSPORTS else None


# -- where it is right -----------------------------------------------------------------------------------------------


def _is_expected(facts: Facts, call: ast.Call) -> bool:
    """Is the TypeError expected, or does the code choose between versions of httpx?"""
    if expects_type_error(facts, call):
        return True
    for up in facts.parents(call):
        if isinstance(up, ast.ExceptHandler):
            return True
        if isinstance(up, (ast.If, ast.IfExp)) and any(word in ast.unparse(up.test).lower() for word in _CHOICES):
            return True
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and any(
            "httpx" in ast.unparse(decorator).lower() for decorator in up.decorator_list
        ):
            return True
    return False


# -- finding and fix -------------------------------------------------------------------------------------------------


def _finding(module: Module, project: Project, made: _Made) -> Finding:
    severity = severity_of_removal_in_newest(project, "httpx", _GONE)
    name = made.client.rpartition(".")[2]
    if not isinstance(made.app, ast.keyword):
        severity = Severity.ERROR
        message = f"`{name}` takes no positional argument: the app must come through a transport, else TypeError"
    elif severity is Severity.ERROR:
        message = f"`app=` of `{name}` raises TypeError: httpx 0.28 removed it"
    else:
        message = f"`app=` of `{name}` raises TypeError from httpx 0.28 on; httpx 0.27 deprecates it"
    settings = (str(project.versions.in_force("httpx")),)
    return RULE.finding(
        module, made.call, message, severity=severity, settings=settings, fix=partial(_fix, module, made)
    )


def _fix(module: Module, made: _Made) -> Fix:
    given = made.app.value if isinstance(made.app, ast.keyword) else made.app
    nothing = isinstance(given, ast.Constant) and given.value is None
    if nothing or keyword(made.call, "transport") is not None:
        edits = remove_keyword(module, made.call, "app")
        return settle(Fix(message="take `app=` away", applicability=Applicability.SAFE, edits=edits))
    name, edits = import_from_edits(module, "httpx", _TRANSPORTS[made.client], at=made.call)
    start, end = module.span(made.app)
    opening = f"transport={name}(" if isinstance(made.app, ast.keyword) else f"transport={name}(app="
    return settle(
        Fix(
            message=f"hand it over as `transport={name}(app=...)`",
            applicability=Applicability.SAFE,
            edits=(*edits, Edit(start, start, opening), Edit(end, end, ")")),
        )
    )


RULE = Rule(
    code="LPL507",
    name="asyncclient-app-argument",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"app=", b"app =", b"Client(app"),
    check=check,
)
