"""What a mock was specified with: a class, an instance, a list of names; and what its children are because of it.

`unittest.mock` asks `inspect.iscoroutinefunction` of each attribute of the spec: those that are get an AsyncMock, all
others a plain mock of the same kind, and under an AsyncMock a MagicMock (measured on Python 3.10 to 3.13).
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import constant, keyword
from looplint.model.records import dataclass
from looplint.project.code.infer import infer
from looplint.project.code.targets import class_attribute, client_target
from looplint.project.code.values import ClassValue, ClientValue, InstanceValue, MockValue, Nature, Target

if TYPE_CHECKING:
    from looplint.knowledge.catalogue import Client
    from looplint.model.definitions import Class
    from looplint.project.questions import Project

_KEYWORDS = ("spec", "spec_set", "autospec")


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """A project class, a catalogued class with the namespace reached on it, or a list of names.

    `text` is how the code writes it. `deep`: what a call of the mock gives has a spec too. `auto`: attributes that are
    no functions are auto-specified in their turn.
    """

    text: str
    cls: Class | None = None
    client: Client | None = None
    chain: str = ""
    names: tuple[str, ...] | None = None
    of_class: bool = False
    deep: bool = False
    auto: bool = False

    @property
    def called(self) -> Spec | None:
        """The spec of what a call gives: an instance, where the class itself was auto-specified."""
        return replace(self, of_class=False, deep=False) if self.deep and self.of_class else None


def spec_of(project: Project, mock: MockValue) -> Spec | None:
    """The spec of a mock that was made with one, if that is known."""
    call = mock.origin.node
    if not isinstance(call, ast.Call) or keyword(call, "wraps") is not None:
        return None
    given = next((k for k in call.keywords if k.arg in _KEYWORDS), None)
    if mock.via == "patch":
        return _of_patch(project, mock, given)
    node = given.value if given is not None else (call.args[0] if call.args else None)
    if node is None:
        return None
    is_instance = constant(keyword(call, "instance")) is True
    is_auto = mock.via == "autospec"
    deep = is_auto and not is_instance
    found = _named(project, mock, node)
    return None if found is None else replace(found, deep=deep, of_class=deep, auto=is_auto)


def _of_patch(project: Project, mock: MockValue, given: ast.keyword | None) -> Spec | None:
    if given is None:
        return None
    if constant(given.value) is not True:
        found = _named(project, mock, given.value)
        return None if found is None or given.arg == "autospec" else found
    target = mock.target
    if target is None or not isinstance(target.value, ClassValue):
        return None
    found = _of_value(target.name.rpartition(".")[2], target.value)
    return None if found is None else replace(found, deep=True, of_class=True, auto=given.arg == "autospec")


def _named(project: Project, mock: MockValue, node: ast.expr) -> Spec | None:
    text = ast.unparse(node)
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        names = [constant(element) for element in node.elts]
        known = tuple(name for name in names if isinstance(name, str))
        return Spec(text, names=known) if known and len(known) == len(names) else None
    return _of_value(text, infer(project, mock.origin.facts, node))


def _of_value(text: str, value: object) -> Spec | None:
    if isinstance(value, ClientValue):
        return Spec(text, client=value.client, chain=value.chain)
    if isinstance(value, (InstanceValue, ClassValue)) and value.cls is not None:
        return Spec(text, cls=value.cls)
    if isinstance(value, ClassValue):
        found = clients.client(value.dotted) if clients.is_client_module(value.dotted.partition(".")[0]) else None
        return None if found is None else Spec(text, client=found)
    return None


def member(project: Project, spec: Spec, name: str) -> Target | None:
    """What attribute `name` is on what the mock pretends to be; None where it is unknown, or not there."""
    written = f"{spec.text}.{name}"
    if spec.names is not None:
        return Target(written, Nature.OTHER) if name in spec.names else None
    if spec.cls is not None:
        found = class_attribute(project, written, spec.cls, name)
        return None if found.nature is Nature.UNKNOWN else found
    if spec.client is None:
        return None
    found = client_target(written, spec.client, f"{spec.chain}.{name}" if spec.chain else name)
    return None if found.nature is Nature.UNKNOWN else found


def below(spec: Spec, name: str) -> Spec | None:
    """The namespace `name` of a catalogued client, which says what is meant there, though the mock does not know it."""
    if spec.client is None:
        return None
    chain = f"{spec.chain}.{name}" if spec.chain else name
    spaces = spec.client.namespaces
    return replace(spec, chain=chain) if any(f"{space}.".startswith(f"{chain}.") for space in spaces) else None
