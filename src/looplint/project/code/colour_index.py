"""Which names the project defines as async functions, which as plain ones, over the whole tree and without parsing it.

One pass of a regular expression over the bytes of every Python file, when first asked. What a name is by the words of
its rows is checked against the definitions themselves before it counts: decorators turn colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.common_names import is_common_name
from looplint.model.definitions import Colour
from looplint.project.code.coloured import UNKNOWN, Coloured

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.definitions import Function
    from looplint.project.questions import Project

_CHECKED = 25
"""A name with more definitions than this is no evidence: too much to read, and too common a word."""


def colour_of_name(project: Project, name: str, *among: Colour) -> Coloured:
    """The one colour that every function of that name has in the project, as evidence of the second rank.

    UNKNOWN where the colours differ, where nobody defines the name, and for names that common types of the standard
    library and of client libraries have too: there the receiver is as likely one of those. With `among` all other
    colours are answered by UNKNOWN too, which spares many looks.
    """
    if not is_telling(name):
        return UNKNOWN
    found: list[Coloured] = []
    for path in files_that_define(project, name):
        for function in functions_in(project, path, name):
            one = project.colour(function)
            if not one.is_known or (among and one.colour not in among):
                return UNKNOWN  # the other files need not be read
            if found and (one.colour, one.gives) != (found[0].colour, found[0].gives):
                return UNKNOWN
            found.append(one)
    if not found:
        return UNKNOWN
    first = found[0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    word = "async def" if first.colour is Colour.ASYNC else "def"
    proof = (
        f"every `{name}` of the project is: {first.proof}{more}" if more else f"the only `{word} {name}`: {first.proof}"
    )
    return Coloured(colour=first.colour, gives=first.gives, proof=proof, function=first.function, by_name=True)


def is_telling(name: str) -> bool:
    """Does a name say something about the object it is called on?"""
    return not is_common_name(name) and not name.startswith(("__", "test"))


def files_that_define(project: Project, name: str) -> tuple[Path, ...]:
    """The files with a def of that name; none where some are `async` and some are not, or they are too many to read."""
    index = project.defined_names
    plain, coroutine = index.files(name, is_async=False), index.files(name, is_async=True)
    if bool(plain) == bool(coroutine) or len(plain) + len(coroutine) > _CHECKED:
        return ()
    return plain or coroutine


def functions_in(project: Project, path: Path, name: str) -> list[Function]:
    """Every def of that name in a file; none where it cannot be read or parsed."""
    facts = project.facts_at(path)
    return [] if facts is None else [function for function in facts.functions if function.name == name]
