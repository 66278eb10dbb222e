"""T7: nothing that leaves in a sheet is computed by the program that opens it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.kit.sheets import FORMULA, cell, line, safe_text

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://x")', '=DDE("cmd","/C calc","x")', " =1+1", "\ufeff=1+1", "\u00a0=1", "\u200b=1",
    "＝1+1", "＋1", "－1", "＠x", "\0=1",  # the wide forms are meant
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_t7_a_formula_becomes_text(text: str) -> None:
    assert safe_text(text) == "'" + text
    read = next(csv.reader(io.StringIO(line([text, "next"]), newline="")))
    assert read == ["'" + text.replace("\0", ""), "next"]


@pytest.mark.parametrize("text", ["", "plain", "a=b", "1-2", "mail@example.org", "“quoted”", "é", "0"])
def test_t7_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_t7_our_own_numbers_stay_numbers() -> None:
    assert [cell(one) for one in (-1, -0.5, True, None)] == ["-1", "-0.5", "true", ""]


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_t7_a_line_holds_its_cells_and_none_begins_a_formula(texts: list[str]) -> None:
    read = next(csv.reader(io.StringIO(line([*texts, "end"]), newline="")))
    assert len(read) == len(texts) + 1
    assert not any(one.startswith(FORMULA) for one in read)
    assert [one.removeprefix("'") for one in read[:-1]] == texts
