"""Floor 2: everything outside the file that a rule may ask, and where each answer came from."""

from looplint.project.project import Project

__all__ = ["Project"]
