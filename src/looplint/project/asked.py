"""What an answer rests on: every question that was asked of the file system while it was found.

An answer is kept only together with its questions. Whoever gets a remembered answer has asked them too, though nothing
is read again: so each file under check knows all that its findings rest on, whichever file asked first. `files` asks
the questions, `remember` keeps the answers; nothing in `project/`, `rules/` and `repairs/` does either by itself.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NamedTuple, ParamSpec, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from typing import TypeAlias

_V = TypeVar("_V")
_K = TypeVar("_K", bound="Hashable")
_P = ParamSpec("_P")

LARGE = 100
"""So many questions stay together as one set, which many answers share, and are not copied into each."""


class Question(NamedTuple):
    """One question to the file system, with its answer.

    `kind` and `argument` say what was asked of `path` (see `files`). `witness` is the fingerprint of the bytes from
    which the answer was read, for questions whose answer may be the same after a change; "" for the others.
    """

    kind: str
    path: str
    argument: str
    answer: str
    witness: str = ""


Asked: TypeAlias = "frozenset[Question | Asked]"
"""Questions, and large sets of them; equal sets are one object."""

Answer: TypeAlias = "tuple[_V, Asked]"


class _Nowhere(set["Question | Asked"]):
    """Takes no questions."""

    __slots__ = ()

    def add(self, question: Question | Asked, /) -> None:
        """Forget it."""


class _Now:
    """Where the questions of the moment go to."""

    __slots__ = ("questions",)

    def __init__(self) -> None:
        self.questions: set[Question | Asked] = _nowhere


_nowhere = _Nowhere()
now = _Now()
_known: dict[Asked, Asked] = {}
NOTHING: Asked = frozenset()


def listen(*, listening: bool) -> None:
    """From now on keep the questions with the answers, or do not: without a cache nobody wants to know them.

    What was remembered without its questions must be forgotten before.
    """
    now.questions = set() if listening else _nowhere


@contextmanager
def recording() -> Iterator[set[Question | Asked]]:
    """Gives the set that takes up what is asked inside, and only that."""
    outer = now.questions
    inner: set[Question | Asked] = set()
    now.questions = inner
    try:
        yield inner
    finally:
        now.questions = outer


def together(questions: set[Question | Asked]) -> Asked:
    """The questions of a set and of the small sets in it, as one set."""
    flat: set[Question | Asked] = set()
    for question in questions:
        if type(question) is frozenset and len(question) < LARGE:
            flat |= question
        else:
            flat.add(question)
    asked = frozenset(flat)
    return _known.setdefault(asked, asked)


def find(compute: Callable[[], _V]) -> Answer[_V]:
    """What `compute` returns, and what it asked. When it raises, who asked for it has asked what it asked."""
    outer = now.questions
    if outer is _nowhere:
        return compute(), NOTHING
    inner: set[Question | Asked] = set()
    now.questions = inner
    try:
        value = compute()
    except BaseException:
        outer |= inner
        raise
    finally:
        now.questions = outer
    return value, together(inner) if inner else NOTHING


def remember(table: dict[_K, Answer[_V]], key: _K, compute: Callable[[], _V]) -> _V:
    """The answer that `table` has for `key`, found by `compute` the first time."""
    answer = table.get(key)
    if answer is None:
        answer = table[key] = find(compute)
    if answer[1]:
        now.questions.add(answer[1])
    return answer[0]


def forget() -> None:
    """Drop the sets that were made; those in use go on."""
    _known.clear()


class remembered(Generic[_V]):  # noqa: N801 - used as `cached_property` is
    """A property that is computed once an object; who reads it has asked what it asked. Its object has a `__dict__`."""

    def __init__(self, compute: Callable[[Any], _V]) -> None:
        self._compute = compute
        self._key = f"remembered {compute.__name__}"
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> remembered[_V]: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> _V: ...

    def __get__(self, instance: object | None, owner: type | None = None) -> remembered[_V] | _V:
        if instance is None:
            return self
        table = instance.__dict__
        answer = table.get(self._key)
        if answer is None:
            compute = self._compute
            answer = table[self._key] = find(lambda: compute(instance))
        if answer[1]:
            now.questions.add(answer[1])
        value: _V = answer[0]
        return value


class HasNotes(Protocol):
    """What can keep answers about itself: a project, the facts of a file."""

    notes: dict[Any, Any]


_N = TypeVar("_N", bound=HasNotes)


def noted(function: Callable[Concatenate[_N, _P], _V]) -> Callable[Concatenate[_N, _P], _V]:
    """A function whose answers are kept with its first argument (a project, facts); the others are hashable."""

    def ask(holder: _N, /, *args: _P.args, **kwargs: _P.kwargs) -> _V:
        assert not kwargs
        notes: dict[object, Answer[_V]] = holder.notes
        return remember(notes, (ask, *args), lambda: function(holder, *args, **kwargs))

    update_wrapper(ask, function)
    return ask
