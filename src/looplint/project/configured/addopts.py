"""What `addopts` says, as far as it decides how tests run. Command lines proper are not known to a linter."""

from __future__ import annotations

from dataclasses import field

from looplint.model.records import dataclass

_WITH_VALUE = (
    "--asyncio-mode",
    "--override-ini",
    "-o",
    "-p",
    "-W",
    "--pythonwarnings",
    "-c",
    "--config-file",
    "-m",
    "-k",
)
_LONG_NAME = {"-o": "--override-ini", "-W": "--pythonwarnings", "-c": "--config-file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addopts:
    """The words of `addopts` and what was recognised in them; the last of several wins, as in pytest."""

    words: tuple[str, ...] = ()
    asyncio_mode: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    enabled_plugins: frozenset[str] = frozenset()
    disabled_plugins: frozenset[str] = frozenset()
    warning_filters: tuple[str, ...] = ()
    config_file: str | None = None
    flags: frozenset[str] = frozenset()


def parse_addopts(words: list[str]) -> Addopts:
    """Recognise the options that matter among `words`; unknown ones are passed over."""
    pairs, flags = _pairs(words)
    overrides: dict[str, str] = {}
    plugins: dict[str, bool] = {}
    mode = config_file = None
    for name, value in pairs:
        if name == "--asyncio-mode":
            mode = value
        elif name == "--override-ini" and "=" in value:
            key, _, override = value.partition("=")
            overrides[key] = override
        elif name == "--config-file":
            config_file = value
        elif name == "-p":
            plugins[value.removeprefix("no:")] = not value.startswith("no:")
    return Addopts(
        words=tuple(words),
        asyncio_mode=mode,
        overrides=overrides,
        enabled_plugins=frozenset(name for name, enabled in plugins.items() if enabled),
        disabled_plugins=frozenset(name for name, enabled in plugins.items() if not enabled),
        warning_filters=tuple(value for name, value in pairs if name == "--pythonwarnings"),
        config_file=config_file,
        flags=flags,
    )


def _pairs(words: list[str]) -> tuple[list[tuple[str, str]], frozenset[str]]:
    """The options that take a value, each with its value, and the words that are flags."""
    pairs: list[tuple[str, str]] = []
    flags = set()
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if equals and name.startswith("--") and name in _WITH_VALUE:
            pairs.append((_LONG_NAME.get(name, name), value))
        elif word in _WITH_VALUE:
            pairs.append((_LONG_NAME.get(word, word), next(rest, "")))
        elif word[:2] in _WITH_VALUE and not word.startswith("--"):
            pairs.append((_LONG_NAME.get(word[:2], word[:2]), word[2:]))
        elif word.startswith("-"):
            flags.add(word)
    return [(name, value.strip()) for name, value in pairs], frozenset(flags)
