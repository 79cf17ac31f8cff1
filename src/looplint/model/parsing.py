"""Parsing with the running Python's own parser, for the tree or only to learn whether there is one."""

from __future__ import annotations

import ast
import sys
import warnings
from typing import TYPE_CHECKING

from looplint.model.source import SourceError

if TYPE_CHECKING:
    from looplint.model.source import Source


def parse(source: Source) -> ast.Module:
    """Parse with the running Python's own parser.

    Raises SourceError for syntax errors and for nesting that the parser refuses. This also guards libcst, whose
    parser overflows the stack on nesting that CPython refuses.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as error:
        message = f"syntax error: {error.msg} (parsed with Python {sys.version_info[0]}.{sys.version_info[1]})"
        raise SourceError(message, row=error.lineno or 1, column=error.offset or 1) from None
    except (RecursionError, MemoryError):
        raise SourceError("cannot be parsed: nested too deeply", row=1, column=1) from None
    except ValueError as error:
        raise SourceError(f"cannot be parsed: {error}", row=1, column=1) from None


def syntax_error(source: Source) -> SourceError | None:
    """What `parse` would raise for a file of which nobody wants the tree.

    The symbol table needs the same parser, but no objects for the nodes; what it refuses itself may well parse.
    """
    from symtable import symtable

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable(source.text, source.path, "exec")
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        try:
            parse(source)
        except SourceError as error:
            return error
    return None
