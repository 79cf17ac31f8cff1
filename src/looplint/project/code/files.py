"""The Python files of a directory."""

from __future__ import annotations

from looplint.project.files import python_files

__all__ = ["python_files"]
