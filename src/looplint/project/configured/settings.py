"""The pytest settings in force for a root, each with where it comes from.

Only what is written in files counts: command lines and `PYTEST_ADDOPTS` are not known to a linter. Where a file shows
that the command line decides (`--asyncio-mode=auto` in tox.ini, noxfile.py, a workflow ...) the mode is unknown.
Facts: pytest-asyncio's documentation of its options, and runs of pytest 7.4 to 9.2.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from looplint.knowledge.releases import (
    DEFAULT_TEST_LOOP_SCOPE_EXISTS,
    LOOP_SCOPE_EXISTS,
    STRICT_IS_DEFAULT,
    TOOL_PYTEST_READ,
)
from looplint.model.records import dataclass
from looplint.project.asked import remembered
from looplint.project.configured.addopts import Addopts, parse_addopts
from looplint.project.configured.mode_elsewhere import mode_on_command_line, mode_set_by_conftest
from looplint.project.configured.pytest_config import Option, PytestConfig, find_pytest_config

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

OVERRIDES_IN_ADDOPTS = ("pytest", ">=9.1")
"""`-o name=value` within addopts has an effect; before it was ignored (run on 7.4.4 to 9.0.3 and on 9.1.0 to 9.2.0)."""
MODES = ("auto", "strict")
SCOPES = ("function", "class", "module", "package", "session")


class VersionQuestions(Protocol):
    """What settings ask about versions; `project.requirements.Versions` answers."""

    def may_be(self, name: str, specifier: str) -> bool:
        """May the version in force of a distribution be in a PEP 440 range?"""


class NothingDeclared:
    """Answers for a project of which nothing is known: the newest versions of everything."""

    def may_be(self, name: str, specifier: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Every range of the newest versions starts with `>=`."""
        return specifier.startswith(">=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Generic[T]):
    """One value in force. `known` is False where it cannot be told; `value` is None then, or when it is unset.

    `path` and `row` (1-based) are the place that sets it; None where a default applies.
    """

    name: str
    value: T | None
    origin: str
    known: bool = True
    path: Path | None = None
    row: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether a file sets it, validly or not."""
        return self.path is not None

    def __str__(self) -> str:
        shown = "unknown" if not self.known else "unset" if self.value is None else self.value
        return f"{self.name}={shown} ({self.origin})"


class Settings:
    """The settings of one root; every value is found when it is asked for."""

    def __init__(self, root: Path, config: PytestConfig, versions: VersionQuestions) -> None:
        self.root = root
        self.config = config
        self._may_be = versions.may_be

    @property
    def config_file(self) -> Path | None:
        """The pytest configuration file in force."""
        return self.config.path

    @property
    def shadowed(self) -> tuple[Path, ...]:
        """Files beside it whose pytest configuration is ignored."""
        return self.config.shadowed

    @property
    def options(self) -> Mapping[str, Option]:
        """The options as written."""
        return self.config.options

    def place(self, path: Path, row: int | None = None) -> str:
        """How a place is shown: relative to the root, "pyproject.toml:41"."""
        shown = Path(os.path.relpath(path, self.root)).as_posix()
        return shown if row is None else f"{shown}:{row}"

    @property
    def addopts(self) -> list[str]:
        """The words of addopts."""
        return self._words("addopts", [])

    @remembered
    def command(self) -> Addopts:
        """What addopts says, taken apart."""
        return parse_addopts(self.addopts)

    @remembered
    def asyncio_mode(self) -> Setting[str]:
        """pytest-asyncio's mode, "strict" or "auto"."""
        if (conftest := mode_set_by_conftest(self.root, self.testpaths)) is not None:
            return self._unknown("asyncio_mode", f"{self.place(*conftest)} sets config.option.asyncio_mode")
        if self.command.asyncio_mode is not None:
            return self._checked(self._from_addopts("asyncio_mode", self.command.asyncio_mode, "asyncio-mode"), MODES)
        written = self._text("asyncio_mode")
        if written is not None:
            return self._checked(written, MODES)
        if self.config.error is None and (command := mode_on_command_line(self.root)) is not None:
            return self._unknown("asyncio_mode", f"{self.place(*command)} gives --asyncio-mode on a command line")
        if not self._may_be(*STRICT_IS_DEFAULT):
            return self._unknown("asyncio_mode", "before pytest-asyncio 0.19 strict was not the default")
        return self._default("asyncio_mode", "strict", "pytest-asyncio")

    @remembered
    def fixture_loop_scope(self) -> Setting[str]:
        """`asyncio_default_fixture_loop_scope`; unset means that a fixture's loop scope is its caching scope.

        The value "fixture-scope" (pytest-asyncio >= 1.5) says that explicitly.
        """
        name = "asyncio_default_fixture_loop_scope"
        if not self._may_be(*LOOP_SCOPE_EXISTS):
            return self._unread(name, "0.24")
        written = self._text(name)
        return self._checked(written, (*SCOPES, "fixture-scope")) if written else self._default(name, None)

    @remembered
    def test_loop_scope(self) -> Setting[str]:
        """`asyncio_default_test_loop_scope`, by default "function"."""
        name = "asyncio_default_test_loop_scope"
        if not self._may_be(*DEFAULT_TEST_LOOP_SCOPE_EXISTS):
            return self._unread(name, "0.26", "function")
        written = self._text(name)
        return self._checked(written, SCOPES) if written else self._default(name, "function")

    @remembered
    def anyio_mode(self) -> Setting[str]:
        """anyio's mode, by default "strict"."""
        written = self._text("anyio_mode")
        return self._checked(written, MODES) if written else self._default("anyio_mode", "strict", "anyio")

    @remembered
    def trio_mode(self) -> Setting[bool]:
        """pytest-trio's mode, off by default."""
        return self._flag("trio_mode", "pytest-trio")

    @remembered
    def strict_markers(self) -> Setting[bool]:
        """Whether an unregistered mark is an error."""
        given = {"--strict-markers", "--strict"} & self.command.flags
        if given:
            written = self._from_addopts("strict_markers", "true", min(given))
            return Setting(name=written.name, value=True, origin=written.origin, path=written.path, row=written.row)
        flag = self._flag("strict_markers", "pytest")
        return flag if flag.is_set or "strict" not in self.options else self._flag("strict", "pytest")

    @property
    def testpaths(self) -> list[str]:
        """Where pytest looks for tests when its command line names nothing."""
        return self._words("testpaths", [])

    @property
    def norecursedirs(self) -> list[str]:
        """Patterns of directories that pytest does not enter."""
        return self._words(
            "norecursedirs", ["*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}"]
        )

    @property
    def pythonpath(self) -> list[str]:
        """Directories put on sys.path, relative to the configuration file."""
        return self._words("pythonpath", [])

    @property
    def python_files(self) -> list[str]:
        """File name patterns of test modules."""
        return self._words("python_files", ["test_*.py", "*_test.py"])

    @property
    def python_functions(self) -> list[str]:
        """Prefixes or patterns of test functions."""
        return self._words("python_functions", ["test"])

    @property
    def python_classes(self) -> list[str]:
        """Prefixes or patterns of test classes."""
        return self._words("python_classes", ["Test"])

    @property
    def usefixtures(self) -> list[str]:
        """Fixtures that every test uses."""
        return self._words("usefixtures", [])

    @property
    def markers(self) -> frozenset[str]:
        """The names of the marks that the configuration registers ("slow: takes long", "flaky(reruns): ...")."""
        option = self.options.get("markers")
        lines = option.lines() if option is not None else []
        return frozenset(line.partition(":")[0].partition("(")[0].strip() for line in lines)

    @property
    def filterwarnings(self) -> list[str]:
        """Warning filters, the later the heavier; those of `-W` in addopts last."""
        option = self.options.get("filterwarnings")
        return [*(option.lines() if option else ()), *self.command.warning_filters]

    @property
    def disabled_plugins(self) -> frozenset[str]:
        """Names given to `-p no:` in addopts."""
        return self.command.disabled_plugins

    @property
    def enabled_plugins(self) -> frozenset[str]:
        """Names given to `-p` in addopts."""
        return self.command.enabled_plugins

    def _text(self, name: str) -> Setting[str] | None:
        option = self.options.get(name)
        if name in self.command.overrides and self._may_be(*OVERRIDES_IN_ADDOPTS):
            override = self._from_addopts(name, self.command.overrides[name], name)
            if self._may_be("pytest", "<9.1") and (option is None or option.value != override.value):
                return self._unknown(name, f"{override.origin} overrides it from pytest 9.1 on only")
            return override
        if option is None:
            return self._unknown(name, self.config.error) if self.config.error else None
        value = option.value if isinstance(option.value, str) else str(option.value)
        return self._written(name, value, option)

    def _words(self, name: str, default: list[str]) -> list[str]:
        option = self.options.get(name)
        return default if option is None else option.words()

    def _flag(self, name: str, who: str) -> Setting[bool]:
        option = self.options.get(name)
        if option is None:
            return self._default(name, False, who)  # noqa: FBT003 - the value of the setting
        text = str(option.value).strip().lower()
        if text not in ("1", "yes", "true", "on", "0", "no", "false", "off"):
            return self._unknown(name, f"{self.place(option.path, option.row)} sets {text!r}, which is no truth value")
        return self._written(name, text in ("1", "yes", "true", "on"), option)

    def _from_addopts(self, name: str, value: str, word: str) -> Setting[str]:
        option = self.options["addopts"]
        row = option.row_with(word)
        return Setting(
            name=name, value=value, origin=f"addopts in {self.place(option.path, row)}", path=option.path, row=row
        )

    def _checked(self, setting: Setting[str], allowed: tuple[str, ...]) -> Setting[str]:
        """The setting, or unknown where the plugin refuses its value."""
        if not setting.known or setting.value in allowed:
            return setting
        origin = f"{setting.origin} sets {setting.value!r}, which is not one of {', '.join(allowed)}"
        return Setting(name=setting.name, value=None, origin=origin, known=False, path=setting.path, row=setting.row)

    def _written(self, name: str, value: T, option: Option) -> Setting[T]:
        origin = self.place(option.path, option.row)
        return Setting(name=name, value=value, origin=origin, path=option.path, row=option.row)

    def _unknown(self, name: str, origin: str) -> Setting[Any]:
        return Setting(name=name, value=None, origin=origin, known=False)

    def _unread(self, name: str, since: str, value: str | None = None) -> Setting[str]:
        return Setting(name=name, value=value, origin=f"pytest-asyncio reads it from {since} on")

    def _default(self, name: str, value: T | None, who: str = "pytest-asyncio") -> Setting[T]:
        found = f"not set in {self.place(self.config.path)}" if self.config.path else "no pytest configuration found"
        return Setting(name=name, value=value, origin=f"{who} default; {found}")


def read_settings(root: Path, versions: VersionQuestions | None = None) -> Settings:
    """The settings in force under `root`; never raises.

    `versions` is asked only where the version of pytest or pytest-asyncio decides.
    """
    asked = versions or NothingDeclared()
    return Settings(root, find_pytest_config(root, native=lambda: asked.may_be(*TOOL_PYTEST_READ)), asked)
