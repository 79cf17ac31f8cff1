from __future__ import annotations

from looplint.model.finding import Position
from looplint.model.source import Source
from looplint.report.frame import frame
from looplint.report.styled import plain


def lines(text: str, start: tuple[int, int], end: tuple[int, int]) -> list[str]:
    source = Source.from_bytes(text.encode(), "a.py")
    return [plain(pieces) for pieces in frame(source, Position(*start), Position(*end))]


def test_two_rows_around() -> None:
    text = "".join(f"row {n}\n" for n in range(1, 12))
    assert lines(text, (9, 5), (9, 6)) == [
        "   |",
        " 7 | row 7",
        " 8 | row 8",
        " 9 | row 9",
        "   |     ^",
        "10 | row 10",
        "11 | row 11",
        "   |",
    ]


def test_tabs_wide_letters_and_control_characters_keep_the_mark_in_place() -> None:
    shown = lines("\tx = '\u4e16\u0301\x07'; spam\n", (1, 13), (1, 17))
    assert shown[1:3] == ["1 |     x = '\u4e16\u0301\u2407'; spam", "  |                ^^^^"]


def test_of_a_long_row_a_window() -> None:
    shown = lines("x" * 5000 + "spam" + "y" * 5000 + "\n", (1, 5001), (1, 5005))
    assert len(shown[1]) < 200
    assert shown[1][shown[2].index("^") :].startswith("spam")
    assert shown[2].count("^") == 4


def test_a_place_over_several_rows_is_marked_to_the_end_of_its_first() -> None:
    shown = lines("f(\n    1,\n)\n", (1, 1), (3, 2))
    assert shown[2] == "  | ^^"


def test_places_that_the_file_does_not_have() -> None:
    assert lines("x\n", (5, 1), (5, 2)) == []
    assert lines("", (1, 1), (1, 1)) == []
    assert lines("x\n", (1, 40), (1, 44))[2] == "  |  ^"
