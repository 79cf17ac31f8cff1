"""Floor 4: one renderer a file."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.report.base import Report

FORMATS = {
    "text": "text",
    "concise": "concise",
    "json": "json_records",
    "json-lines": "json_lines",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "pylint": "pylint",
    "rdjson": "rdjson",
    "azure": "azure",
}
"""Output format -> the module that renders it."""


def render(report: Report, output_format: str) -> str:
    """The report in that format, empty or ending with a newline; KeyError for an unknown format."""
    module = importlib.import_module(f"{__name__}.{FORMATS[output_format]}")
    text: str = module.render(report)
    return text
