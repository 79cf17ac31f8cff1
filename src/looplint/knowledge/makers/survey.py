"""One library, surveyed: every class of its seed, member by member. Runs inside a library's environment."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import sys
import warnings
from typing import TYPE_CHECKING, Any

from looplint.knowledge.makers import oracle
from looplint.knowledge.makers.classify import classify, classify_member
from looplint.knowledge.makers.look_up import attempt, find_aliases, follow, public_names, resolve
from looplint.knowledge.makers.stubs import apply_stubs

if TYPE_CHECKING:
    from collections.abc import Iterator

SPECIAL = ("__enter__", "__aenter__", "__await__", "__aiter__")
DEEPEST_CHAIN = 4
NO_NAMESPACE = (str, int, dict, tuple, list, Exception)
Job = dict[str, Any]
Report = dict[str, Any]


def survey(job: Job) -> Report:
    """What the classes and modules of a seed look like. Trouble is told in `errors`, not raised."""
    warnings.simplefilter("ignore")
    report: Report = {"classes": {}, "namespaces": {}, "modules": {}, "errors": []}
    scope: dict[str, Any] = {}
    try:
        scope = prepare(job)
    except Exception as error:  # noqa: BLE001 - an older release may lack what is imported here
        report["errors"].append(f"before: {type(error).__name__}: {error}")
    for path, kind in classes_of(job):
        try:
            _survey_class(job, path, kind, scope, report)
        except Exception as error:  # noqa: BLE001 - one class must not stop the others
            report["errors"].append(f"{path}: {type(error).__name__}: {error}")
    _ask_live_instances(job, scope, report)
    for name in job["modules"]:
        functions = _functions(name)
        if functions is None:
            report["errors"].append(f"module {name} cannot be imported")
        report["modules"][name] = functions or {}
    return report


def prepare(job: Job) -> dict[str, Any]:
    """The names that the expressions of a seed may use."""
    scope: dict[str, Any] = {}
    exec(job["before"], scope)  # noqa: S102 - written in seeds.toml
    return scope


def classes_of(job: Job) -> Iterator[tuple[str, str]]:
    """(dotted path, kind) of the classes that belong to this distribution."""
    seen = set()
    for pair in job["classes"]:
        for kind, path in zip(("sync", "async"), pair, strict=True):
            if path and path not in seen and (path.partition(".")[0] in job["imports"]):
                seen.add(path)
                yield path, kind


def make(job: Job, path: str, cls: Any, scope: dict[str, Any]) -> Any:
    """A live instance, made without a network. Raises whatever the library raises."""
    return eval(job["make"][path], {**scope, "C": cls})  # noqa: S307 - written in seeds.toml


def describe(cls: type, imports: set[str]) -> Report:
    """All public members of a class with their natures."""
    members = {}
    for name in public_names(cls):
        members[name] = attempt(classify_member, cls, name, default={"nature": "attribute"})
    source = attempt(inspect.getsource, getattr(cls, "__del__", None), default="")
    description = {
        "origin": f"{cls.__module__}.{cls.__qualname__}",
        "special": [name for name in SPECIAL if hasattr(cls, name) and not _refuses(cls, name)],
        "warns_unclosed": "warn" in source,
        "pydantic": any(base.__module__ in ("pydantic.main", "pydantic.v1.main") for base in cls.__mro__[1:-1]),
        "members": members,
    }
    apply_stubs(members, cls.__qualname__, imports)
    return description


def _refuses(cls: type, name: str) -> bool:
    """Does a special method only raise, as `__enter__` of aiohttp's ClientSession ("Use async with instead")?"""
    source = attempt(inspect.getsource, getattr(cls, name), default="")
    return name == "__enter__" and "raise TypeError(" in source and "return" not in source


def _survey_class(job: Job, path: str, kind: str, scope: dict[str, Any], report: Report) -> None:
    imports = set(job["imports"])
    cls = resolve(path)
    if not inspect.isclass(cls):
        raise TypeError(f"not a class but {type(cls).__name__}")
    description = describe(cls, imports)
    description |= {"kind": kind, "aliases": find_aliases(cls, imports, path), "namespaces": {}}
    report["classes"][path] = description
    for chain, below in sorted(_namespaces(job, path, cls, scope, report).items()):
        key = f"{kind}:{below.__module__}.{below.__qualname__}"
        description["namespaces"][chain] = key
        if key not in report["namespaces"]:
            report["namespaces"][key] = describe(below, imports)


def _namespaces(job: Job, path: str, cls: type, scope: dict[str, Any], report: Report) -> dict[str, type]:
    imports = set(job["imports"])
    chains = dict(_annotated_chains(cls, imports))
    if path not in job["make"]:
        return chains
    try:
        obj = make(job, path, cls, scope)
    except Exception as error:  # noqa: BLE001
        report["errors"].append(f"make {path}: {type(error).__name__}: {error}")
        return chains
    missing = object()
    for chain in list(chains):  # the live object has the last word on annotated chains
        held = attempt(follow, obj, chain.split("."), default=missing)
        if held is missing:
            del chains[chain]
        elif type(held).__module__.split(".")[0] in imports:
            chains[chain] = type(held)
    return chains | dict(_live_chains(obj, imports))


def _annotated_chains(
    cls: type, imports: set[str], prefix: str = "", seen: tuple[type, ...] = ()
) -> Iterator[tuple[str, type]]:
    if prefix.count(".") > DEEPEST_CHAIN:
        return
    for name in public_names(cls):
        verdict = attempt(classify_member, cls, name, default={"nature": "attribute"})
        held = verdict.get("type", "")
        if verdict["nature"] != "property" or held.partition(".")[0] not in imports:
            continue
        below = attempt(resolve, held, default=None)
        if inspect.isclass(below) and below not in seen and not issubclass(below, NO_NAMESPACE):
            yield prefix + name, below
            yield from _annotated_chains(below, imports, f"{prefix}{name}.", (*seen, below, cls))


def _live_chains(
    obj: Any, imports: set[str], prefix: str = "", seen: tuple[type, ...] = ()
) -> Iterator[tuple[str, type]]:
    if prefix.count(".") > DEEPEST_CHAIN:
        return
    for name in _attribute_names(obj):
        missing = object()
        held = attempt(getattr, obj, name, default=missing)
        below = type(held)
        if held is missing or inspect.isclass(held) or isinstance(held, NO_NAMESPACE):
            continue
        if below.__module__.split(".")[0] in imports and below not in seen:
            yield prefix + name, below
            yield from _live_chains(held, imports, f"{prefix}{name}.", (*seen, below, type(obj)))


def _attribute_names(obj: Any) -> list[str]:
    names = set(attempt(vars, obj, default={})) | set(getattr(type(obj), "_sub_sdk_map", {}))
    for name in dir(type(obj)):
        nature = attempt(classify_member, type(obj), name, default={"nature": ""})["nature"]
        if nature in ("property", "attribute"):
            names.add(name)
    return sorted(name for name in names if not name.startswith("_"))


def _ask_live_instances(job: Job, scope: dict[str, Any], report: Report) -> None:
    asked = {path: job["live"][path] for path in report["classes"] if path in job["live"]}
    if asked:
        oracle.network_off()
    for path, expression in asked.items():
        try:
            asyncio.run(asyncio.wait_for(_ask(path, expression, scope, report), 60))
        except BaseException as error:  # noqa: BLE001 - a library may exit the process
            report["errors"].append(f"live {path}: {type(error).__name__}: {str(error)[:160]}")


async def _ask(path: str, expression: str, scope: dict[str, Any], report: Report) -> None:
    description = report["classes"][path]
    obj = eval(expression, {**scope, "C": resolve(path)})  # noqa: S307 - written in seeds.toml
    if inspect.iscoroutine(obj):
        obj = await obj
    oracle.apply(description["members"], oracle.listen(obj, oracle.unsettled(description["members"])))
    done = set()
    missing = object()
    for chain, key in description["namespaces"].items():
        held = attempt(follow, obj, chain.split("."), default=missing)
        if held is missing or key in done:
            continue
        done.add(key)
        members = report["namespaces"][key]["members"]
        oracle.apply(members, oracle.listen(held, oracle.unsettled(members)))


def _functions(module: str) -> dict[str, Any] | None:
    if attempt(importlib.import_module, module, default=None) is None:
        return None
    found = {}
    for name in public_names(sys.modules[module]):
        value = attempt(getattr, sys.modules[module], name, default=None)
        if inspect.isroutine(value):
            found[name] = attempt(classify, value, default={"nature": "unknown"})
    return found
