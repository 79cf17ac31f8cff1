"""Whether a lock file is whole. Locks are large and written by machines, so a sound one is not parsed for that.

Each row of a sound lock has one of a few shapes. Only a file with another one, or with an end that breaks off, is given
to the parser, whose word counts.
"""

from __future__ import annotations

import json
import re

_MARKERS = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:[ \t].*)?\r?$", re.MULTILINE)
_ODD_ROW = re.compile(
    r"""^(?![ \t\]}\#]                                # inside an array or table, its end, a comment
          |\r?$                                       # empty
          |\[[A-Za-z0-9_."'\ -]+\][ \t]*\r?$          # a header
          |\[\[[A-Za-z0-9_."'\ -]+\]\][ \t]*\r?$
          |[A-Za-z0-9_."'-]+[ \t]*=[ \t]*(?:"[^"\\\n]*"|'[^'\n]*'|[\[{]|[\w+-]))  # a key with a plain value
    """,
    re.MULTILINE | re.VERBOSE,
)
_WHOLE_END = re.compile(
    r"""(?:^|\n)(?:[\]}][^\n]*|\[[^\[\]\n]+\]|\[\[[^\[\]\n]+\]\]|\#[^\n]*
        |[^\s=]+[ \t]*=[ \t]*(?:\"[^\n]*\"|'[^\n]*'|\[.*\]|\{.*\}|[\w.:+-]+))\s*\Z
    """,
    re.VERBOSE,
)
_TAIL = 20_000


def damage_of_lock(text: str) -> str | None:
    """What is wrong with a lock file, in one line without its name, None where nothing is."""
    marker = _MARKERS.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if marker is not None:
        return f"has conflict markers of a merge (at line {text.count(chr(10), 0, marker.start()) + 1})"
    if text.lstrip()[:1] == "{":
        return _damage_of_json(text)
    if text.strip() and _ODD_ROW.search(text) is None and _WHOLE_END.search(text[-_TAIL:]) is not None:
        return None
    return _damage_of_toml(text)


def _damage_of_json(text: str) -> str | None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        row, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        return f"is not valid JSON: {getattr(error, 'msg', 'it is nested too deeply')} (at line {row}, column {column})"
    return None


def _damage_of_toml(text: str) -> str | None:
    from tomli import TOMLDecodeError, loads

    try:
        loads(text)
    except (TOMLDecodeError, ValueError) as error:
        return f"is not valid TOML: {error}".replace("\n", " ")
    except RecursionError:
        return "is not valid TOML: it is nested too deeply"
    return None
