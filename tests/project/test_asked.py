from __future__ import annotations

import pytest

from looplint.project import asked
from looplint.project.asked import LARGE, Answer, Question, noted, now, recording, remember, remembered, together


def question(name: str) -> Question:
    return Question("content", name, "", "1")


def ask(name: str) -> str:
    now.questions.add(question(name))
    return name


def test_who_gets_a_remembered_answer_has_asked_what_it_asked() -> None:
    table: dict[str, Answer[str]] = {}
    for _ in range(2):
        with recording() as questions:
            assert remember(table, "a", lambda: ask("a")) == "a"
        assert together(questions) == {question("a")}


def test_answers_within_answers() -> None:
    outer: dict[str, Answer[str]] = {}
    inner: dict[str, Answer[str]] = {}
    with recording() as first:
        remember(inner, "b", lambda: ask("b"))
    with recording() as second:
        remember(outer, "a", lambda: ask("a") + remember(inner, "b", lambda: ask("never")))
    assert together(first) == {question("b")}
    assert together(second) == {question("a"), question("b")}


def test_questions_that_nobody_wants_are_not_kept() -> None:
    table: dict[str, Answer[str]] = {}
    asked.listen(listening=False)
    assert remember(table, "a", lambda: ask("a")) == "a"
    assert table == {"a": ("a", asked.NOTHING)}
    assert not now.questions
    asked.listen(listening=True)
    try:
        remember(table, "b", lambda: ask("b"))
        assert table["b"] == ("b", frozenset({question("b")}))
        assert together(now.questions) == {question("b")}
    finally:
        asked.listen(listening=False)


def test_what_asked_nothing_adds_nothing() -> None:
    with recording() as questions:
        assert remember({}, 1, lambda: 2) == 2
    assert questions == set()


def test_an_answer_that_fails_is_not_remembered_but_was_asked() -> None:
    table: dict[str, Answer[str]] = {}

    def fail() -> str:
        ask("a")
        raise ValueError

    with recording() as questions:
        with pytest.raises(ValueError):  # noqa: PT011 - the one above
            remember(table, "a", fail)
        ask("b")
    assert table == {}
    assert questions == {question("a"), question("b")}


def test_large_sets_stay_together_and_equal_sets_are_one() -> None:
    names = {question(str(number)) for number in range(LARGE)}
    large = together(set(names))
    assert together(set(names)) is large
    assert together({large, question("a")}) == {large, question("a")}
    assert together({frozenset({question("b")}), question("a")}) == {question("b"), question("a")}
    asked.forget()


class Holder:
    def __init__(self) -> None:
        self.notes: dict[object, object] = {}
        self.computed = 0

    @remembered
    def value(self) -> int:
        """A value."""
        self.computed += 1
        ask("value")
        return self.computed


@noted
def of_holder(holder: Holder, name: str) -> str:
    holder.computed += 1
    return ask(name)


def test_a_property_and_a_function_that_are_remembered() -> None:
    holder = Holder()
    for _ in range(2):
        with recording() as questions:
            assert holder.value == 1
        assert together(questions) == {question("value")}
    assert Holder.value.__doc__ == "A value."
    for _ in range(2):
        with recording() as questions:
            assert of_holder(holder, "x") == "x"
        assert together(questions) == {question("x")}
    assert holder.computed == 2
