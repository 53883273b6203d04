"""A unified social credit code is right exactly where python-stdnum says so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from huiqi.rulebook.literals import _USCC, ValueProblem, check_uscc

SIGNS = st.text(_USCC, min_size=9, max_size=9)
DIGITS = st.text("0123456789", min_size=8, max_size=8)


def read(text: str) -> str | None:
    try:
        return check_uscc(text)
    except ValueProblem:
        return None


def stated(text: str) -> str | None:
    try:
        return str(uscc.validate(text.strip().upper()))
    except ValidationError:
        return None


@given(DIGITS, SIGNS, st.sampled_from(_USCC + "IOSVZ-a"))
def test_a_code_with_any_check_digit_is_read_as_the_library_reads_it(head: str, tail: str, last: str) -> None:
    right = head + tail + uscc.calc_check_digit(head + tail)
    assert read(right) == right
    assert read(head + tail + last) == stated(head + tail + last)


@given(st.text(_USCC + " -IOS甲", max_size=20))
def test_any_other_text_is_refused_as_the_library_refuses_it(text: str) -> None:
    assert read(text) == stated(text)
