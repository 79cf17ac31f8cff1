"""What a configuration file makes ruff do with `# noqa` comments.

ruff takes one file of a directory: .ruff.toml, ruff.toml or pyproject.toml, the first that is there. A longer selector
wins over a shorter one, and `ignore` wins a tie (https://docs.astral.sh/ruff/configuration/).
"""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from looplint.model.records import dataclass
from looplint.project import files
from looplint.project.configured.config_file import Kind

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile

UNUSED_NOQA = "RUF100"
INVALID_CODE = "RUF102"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuffLint:
    """The lint settings of one file; each value is found under `[lint]` or, in the old way, beside it.

    `extended` says that another file adds to these settings.
    """

    values: dict[str, Any]
    paths: dict[str, tuple[str, ...]]
    extended: bool

    def texts(self, name: str) -> list[str]:
        """The strings of a list."""
        value = self.values.get(name)
        return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []

    def is_on(self, code: str) -> bool:
        """Is the rule selected, in any file?"""
        chosen = [*self.texts("select"), *self.texts("extend-select")]
        dropped = [*self.texts("ignore"), *self.texts("extend-ignore")]
        return _strength(code, chosen) > _strength(code, dropped)

    def selecting(self, code: str) -> tuple[str, ...] | None:
        """The path of the list that selects the rule."""
        found = max(("select", "extend-select"), key=lambda name: _strength(code, self.texts(name)))
        return self.paths.get(found)

    def passes_by(self, path: str, codes: list[str]) -> bool:
        """Does ruff leave a file out, or ignore all these rules in it? `path` is relative to the configuration."""
        patterns = [*self.texts("exclude"), *self.texts("extend-exclude")]
        if any(_matches(path, pattern) for pattern in patterns):
            return True
        ignored: list[str] = []
        for name in ("per-file-ignores", "extend-per-file-ignores"):
            table = self.values.get(name)
            for pattern, listed in table.items() if isinstance(table, dict) else ():
                if isinstance(listed, list) and _matches(path, pattern):
                    ignored += map(str, listed)
        return all(_strength(code, ignored) >= 0 for code in codes)


def ruff_lint(file: ConfigFile) -> RuffLint | None:
    """The lint settings that ruff takes from a file; None where it takes none."""
    if file.kind is Kind.RUFF:
        before = [".ruff.toml"] if file.path.name == "ruff.toml" else []
        top: tuple[str, ...] = ()
    elif file.kind is Kind.PYPROJECT and "ruff" in file.text:
        before, top = [".ruff.toml", "ruff.toml"], ("tool", "ruff")
    else:
        return None
    settings: Any = file.data
    for key in top:
        settings = settings.get(key) if isinstance(settings, dict) else None
    if not isinstance(settings, dict) or any(files.is_file(file.path.with_name(name)) for name in before):
        return None
    lint = settings.get("lint")
    values, paths = dict(settings), {name: (*top, name) for name in settings}
    if isinstance(lint, dict):
        values |= lint
        paths |= {name: (*top, "lint", name) for name in lint}
        values["exclude"] = [*_list(settings.get("exclude")), *_list(lint.get("exclude"))]
    return RuffLint(values=values, paths=paths, extended="extend" in settings)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _strength(code: str, selectors: list[str]) -> int:
    """How many letters the longest selector of the code has: 0 for ALL, -1 where none selects it."""
    return max(
        (0 if one == "ALL" else len(one) for one in selectors if one == "ALL" or code.startswith(one)), default=-1
    )


def _matches(path: str, pattern: str) -> bool:
    """Does a glob match the file, or a directory that it is in, by its name or by its path?"""
    if pattern.startswith("!"):
        return not _matches(path, pattern[1:])
    bare = pattern.strip("/").removesuffix("/**").removesuffix("/*")
    parts = path.split("/")
    whole = ["/".join(parts[: length + 1]) for length in range(len(parts))]
    return any(fnmatch(text, glob) for text in (*parts, *whole) for glob in (bare, pattern))
