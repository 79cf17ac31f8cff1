"""Findings as plain data and back: what a cache keeps is read, never run, so it is JSON and not a pickle."""

from __future__ import annotations

import json
from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Applicability, Edit, Finding, Fix, Position, Related, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Marked = tuple[Finding, bool]
"""A finding, and whether a comment silences it."""


def write_findings(found: Sequence[Marked]) -> str:
    """The text of findings; ASCII only, so that no lone surrogate of a strange file name stands in its way."""
    return json.dumps([[_plain(finding), silenced] for finding, silenced in found], separators=(",", ":"))


def read_findings(text: str) -> list[Marked]:
    """What `write_findings` wrote. Raises ValueError, TypeError or KeyError where it did not write this."""
    return [(_finding(values), bool(silenced)) for values, silenced in json.loads(text)]


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _finding(values: dict[str, Any]) -> Finding:
    made: Finding = _made(
        Finding,
        values,
        severity=Severity,
        start=lambda place: Position(*place),
        end=lambda place: Position(*place),
        related=lambda items: tuple(_made(Related, item) for item in items),
        fix=_fix,
    )
    return made


def _fix(values: dict[str, Any] | None) -> Fix | None:
    if values is None:
        return None
    made: Fix = _made(
        Fix, values, applicability=Applicability, edits=lambda items: tuple(_made(Edit, item) for item in items)
    )
    return made


def _made(cls: Callable[..., Any], values: dict[str, Any], **makers: Callable[[Any], Any]) -> Any:
    def made(name: str, value: Any) -> Any:
        maker = makers.get(name)
        return maker(value) if maker is not None else tuple(value) if isinstance(value, list) else value

    return cls(**{name: made(name, value) for name, value in values.items()})
