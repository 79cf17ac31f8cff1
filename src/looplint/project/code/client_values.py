"""What is reached from a catalogued client: namespaces, attributes, items, what its methods make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.project.code.values import CALLED, ClientValue, MockValue, Origin, Value

if TYPE_CHECKING:
    from collections.abc import Sequence


def client_attribute(value: ClientValue, name: str) -> Value | None:
    """A namespace of a client, an attribute that is another catalogued class, or None (a method, or unknown)."""
    chain = f"{value.chain}.{name}" if value.chain else name
    target = value.client.attributes.get(chain)
    if target is not None:
        found = clients.client(target)
        return None if found is None else ClientValue(value.origin, value.via, found)
    if any(space == chain or space.startswith(f"{chain}.") for space in value.client.namespaces):
        return ClientValue(value.origin, value.via, value.client, chain)
    return None if value.chain or name.startswith("_") else client_item(value)


def client_item(value: ClientValue) -> ClientValue | None:
    """What `value["x"]` and, of the same classes, an unknown `value.x` is (a database, a collection)."""
    if not value.client.item or value.chain:
        return None
    found = clients.client(value.client.item)
    return None if found is None else ClientValue(value.origin, value.via, found)


def item_of(base: Value | None) -> Value | None:
    """What `base["x"]` is."""
    if isinstance(base, ClientValue):
        return client_item(base)
    return base.child("__getitem__", CALLED) if isinstance(base, MockValue) else None


def made_by_method(value: ClientValue, method: str, prefix: clients.Prefix, origin: Origin) -> ClientValue | None:
    """The client that a method of another gives (`connection.cursor()`), called with the words `prefix` before it."""
    chain = f"{value.chain}.{method}" if value.chain else method
    product = clients.factory(f"{value.client.path}.{chain}", prefix)
    via = value.via if value.via == "annotation" else "factory"
    return None if product is None else ClientValue(origin, via, product.client)


def same_client(values: Sequence[Value | None]) -> Value | None:
    """The one client that all values are; the one known by an annotation only, if there is one."""
    found = [value for value in values if isinstance(value, ClientValue)]
    if not found or len(found) < len(values) or len({(value.client.path, value.chain) for value in found}) > 1:
        return None
    return next((value for value in found if value.via == "annotation"), found[0])
