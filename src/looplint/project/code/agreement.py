"""Several answers to one question: the one that all of them give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.code.client_values import same_client
from looplint.project.code.values import ClassValue, FunctionValue, InstanceValue, MockValue, PatcherValue, Value

if TYPE_CHECKING:
    from collections.abc import Sequence


def same_value(values: Sequence[Value | None]) -> Value | None:
    """The client, instance, class or function that all values are; of instances the one that is known least well.

    Mocks are never the same: what one of them was told holds for that one.
    """
    if not values or any(value is None for value in values):
        return None
    instances = [value for value in values if isinstance(value, InstanceValue)]
    if len(instances) == len(values):
        first = instances[0]
        if any(value.cls is not first.cls for value in instances):
            return None
        return next((value for value in instances if value.via != "constructor"), first)
    classes = [value for value in values if isinstance(value, ClassValue)]
    if len(classes) == len(values):
        return classes[0] if len({(value.dotted, value.cls) for value in classes}) == 1 else None
    functions = [value for value in values if isinstance(value, FunctionValue)]
    if len(functions) == len(values):
        return functions[0] if len({value.definition.node for value in functions}) == 1 else None
    return same_client(values)


def is_mock(value: Value | None) -> bool:
    """Is it a mock, or what will put one in place?"""
    return isinstance(value, (MockValue, PatcherValue))
