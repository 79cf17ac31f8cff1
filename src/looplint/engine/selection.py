"""Which rules are on: codes, prefixes of codes, names, or ALL; the more specific selector wins."""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING

from looplint.engine.own_rules import INTERNAL_ERROR, rule_heads
from looplint.model.records import dataclass
from looplint.model.vocabulary import vocabulary, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from looplint.rules.rule import Rule

_CODE = re.compile(r"LPL[0-9]{0,3}", re.IGNORECASE)
_EXACT = 100
_ALWAYS = (b"",)
"""The words of a rule that wants every file."""
_MANY = 24
"""To look for so many words costs more than to collect first what is there."""


def _longest_part(word: bytes) -> bytes:
    return max(words_of(word), key=len, default=b"")


class SelectorError(ValueError):
    """A selector that names no rule; the message says which rule was perhaps meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one place (the configuration, the command line) says about rules."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """What lets several rules look at a file: one of `words` and one of `also` occurs (indices into the words)."""

    words: tuple[int, ...]
    also: tuple[int, ...]
    tests_only: bool


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules that are on, and what a file must be and mention for one of them to look at it."""

    rules: tuple[Rule, ...]
    codes: frozenset[str] = field(init=False)
    words: tuple[tuple[bytes, bytes], ...] = field(init=False)
    """Each word, and the longest part of it that may stand in a vocabulary: without that it cannot be there."""
    gates: tuple[tuple[Rule, Gate], ...] = field(init=False)
    words_of_tests: tuple[int, ...] = field(init=False)
    """Those of which one must occur for a rule about test code to look at a file, short ones first."""

    def __post_init__(self) -> None:
        checking = [rule for rule in self.rules if rule.check is not None]
        object.__setattr__(self, "codes", frozenset(rule.code for rule in self.rules))
        found_words = {word for rule in checking for word in (*(rule.words or _ALWAYS), *rule.also)}
        words = sorted(found_words, key=lambda word: (len(word), word))
        object.__setattr__(self, "words", tuple((word, _longest_part(word)) for word in words))
        place = {word: index for index, word in enumerate(words)}
        gates: dict[Gate, Gate] = {}
        found = []
        for rule in checking:
            wanted = tuple(place[word] for word in rule.words or _ALWAYS)
            gate = Gate(wanted, tuple(place[word] for word in rule.also), rule.tests_only)
            found.append((rule, gates.setdefault(gate, gate)))
        object.__setattr__(self, "gates", tuple(found))
        object.__setattr__(self, "words_of_tests", tuple(sorted({w for g in gates if g.tests_only for w in g.words})))

    def suspects(self, raw: bytes, is_test_code: Callable[[], bool] = lambda: True) -> list[Rule]:
        """The rules that may have something to say about a file of these bytes.

        A word is looked for when the first rule wants to know it: most words are only of interest to test code. Whether
        it is that is asked where such a word occurs, since the answer rests on the settings.
        """
        words = self.words
        known = vocabulary(raw) if len(words) > _MANY else raw
        present: list[bool | None] = [None] * len(words)

        def occurs(index: int) -> bool:
            found = present[index]
            if found is None:
                word, part = words[index]
                found = present[index] = part in known and (part == word or word in raw)
            return found

        is_test = any(map(occurs, self.words_of_tests)) and is_test_code()
        opened: dict[int, bool] = {}
        suspects = []
        for rule, gate in self.gates:
            if gate.tests_only and not is_test:
                continue
            is_open = opened.get(id(gate))
            if is_open is None:
                is_open = any(map(occurs, gate.words)) and (not gate.also or any(map(occurs, gate.also)))
                opened[id(gate)] = is_open
            if is_open:
                suspects.append(rule)
        return suspects

    @property
    def configuration_rules(self) -> list[Rule]:
        """The rules that read configuration files."""
        return [rule for rule in self.rules if rule.check_config is not None]


def _suggestion(selector: str) -> str:
    from difflib import get_close_matches

    known = [text for rule in rule_heads() for text in (rule.code, rule.name)]
    close = get_close_matches(selector.upper(), known, 1, 0.7) or get_close_matches(selector.lower(), known, 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


@lru_cache(maxsize=1024)
def strengths(selector: str) -> dict[str, int]:
    """Code -> how specific the selector is about it. Raises SelectorError where it names no rule."""
    wanted = selector.strip()
    if wanted.upper() == "ALL":
        return {rule.code: 1 for rule in rule_heads()}
    named = {rule.code: _EXACT for rule in rule_heads() if wanted.lower() == rule.name or wanted.upper() == rule.code}
    if named:
        return named
    if _CODE.fullmatch(wanted):
        started = {rule.code: len(wanted) for rule in rule_heads() if rule.code.startswith(wanted.upper())}
        if started:
            return started
    raise SelectorError(f"unknown rule `{selector}`{_suggestion(wanted)}")


def codes_of(selectors: Iterable[str]) -> frozenset[str]:
    """All codes that these selectors name. Raises SelectorError."""
    return frozenset(code for selector in selectors for code in strengths(selector))


def _strongest(selectors: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Code -> how specific the most specific of the selectors is about it, and that selector."""
    best: dict[str, tuple[int, str]] = {}
    for selector in selectors:
        for code, strength in strengths(selector).items():
            if code not in best or strength > best[code][0]:
                best[code] = (strength, selector)
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a rule is on, and which layer (its number in the order given; None: the default) says so.

    `selector` is the word of the layer that decided; None where its `select` starts afresh and does not name the rule.
    """

    on: bool
    layer: int | None = None
    selector: str | None = None


def decisions(layers: Sequence[Layer]) -> dict[str, Decision]:
    """Code -> what the layers decide about the rule, later layers over earlier ones. Raises SelectorError.

    A layer with `select` starts afresh; within one layer the more specific selector wins, and `ignore` wins a tie.
    """
    decided = {rule.code: Decision(on=rule.default) for rule in rule_heads()}
    for number, layer in enumerate(layers):
        if layer.select is not None:
            decided = dict.fromkeys(decided, Decision(on=False, layer=number))
        wanted = _strongest([*(layer.select or ()), *layer.extend_select])
        unwanted = _strongest(layer.ignore)
        for code in wanted.keys() | unwanted.keys():
            asked, refused = wanted.get(code, (0, None)), unwanted.get(code, (0, None))
            on = asked[0] > refused[0]
            decided[code] = Decision(on=on, layer=number, selector=(asked if on else refused)[1])
    decided[INTERNAL_ERROR.code] = Decision(on=True)
    return decided


@lru_cache(maxsize=64)
def ruleset(layers: tuple[Layer, ...]) -> Ruleset:
    """The rules that these layers turn on, as `decisions` has them. Raises SelectorError."""
    decided = decisions(layers)
    return Ruleset(tuple(rule for rule in rule_heads() if decided[rule.code].on))
