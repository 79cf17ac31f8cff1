"""Reading the data files that ship beside this package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
CLIENTS = ROOT / "clients_data"


class KnowledgeError(Exception):
    """A data file of looplint's own is missing or damaged; `str()` is one clear line."""


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises `KnowledgeError`."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise damaged(path, error) from error
    if not isinstance(value, dict):
        raise damaged(path, TypeError(f"{type(value).__name__} where an object belongs"))
    return value


def damaged(path: Path, error: Exception) -> KnowledgeError:
    """What is told to the user, who cannot repair the file."""
    return KnowledgeError(f"looplint's own data file {path.name} cannot be read ({error}); reinstall looplint")
