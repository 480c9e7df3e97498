"""Faults that are planted in the walk back through a network, and that the gradient finds."""

from dataclasses import replace
from random import Random

import pytest
from judged_fields import judge

import striate
from striate.arithmetic.reach import Reach
from striate.planning import tracing

REAL_FOLDED, REAL_READ = tracing.folded, Reach.read
FAULTS = {
    "reflected one pixel off": lambda runs, n, sides, mode: REAL_FOLDED(
        runs, n, sides, "edge" if mode == "reflect" else mode
    ),
    "padding is seen as pixels": lambda runs, n, sides, mode: REAL_FOLDED(
        runs, n, sides, "edge" if mode == "zeros" else mode
    ),
    "not going round": lambda runs, n, sides, mode: REAL_FOLDED(
        runs, n, sides, "zeros" if mode == "circular" else mode
    ),
}
TEXTS = (
    "INPUT 1x9x9 -> CONV 1 1 pad=2 stride=3",
    "INPUT 1x9x9 -> CONV 1 3 pad=2 mode=reflect -> POOL 2",
    "INPUT 1x9x9 -> CONV 1 3 pad=2 mode=circular -> POOL 2 pad=1 stride=2",
    "INPUT 1x9x9 -> CONV 1 3 dilation=2 -> DECONV 1 3 stride=2 -> DECONV 1 3 stride=2 dilation=3",
    "INPUT 1x9x9 -> { CONV 1 3x1 pad=1x0 | CONV 1 1x3 pad=0x1 } -> GAP",
    "INPUT 1x9x9 -> { CROP 5 | CONV 1 5 } -> POOL 2",
    "INPUT 1x5x5 -> DECONV 1 1 stride=3 -> CONV 1 2 dilation=2",
    "INPUT 1x9x9 -> ADAPTIVE 4 -> UP to=7 mode=linear",
)


def judged():
    for text in TEXTS:
        judge(striate.resolve(text), Random(1))


@pytest.fixture(autouse=True)
def nothing_recalled():
    tracing.recalled.cache_clear()
    yield
    tracing.recalled.cache_clear()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_padding_is_caught(monkeypatch, fault):
    judged()
    monkeypatch.setattr(tracing, "folded", FAULTS[fault])
    with pytest.raises(AssertionError):
        judged()


@pytest.mark.parametrize("name", ["of_window", "of_transposed", "of_bins", "of_linear"])
def test_a_stretch_that_is_one_too_long_is_caught(monkeypatch, name):
    real = getattr(Reach, name)

    def longer(*numbers):
        made = real(*numbers)
        pattern = tuple((first, last + 1) for first, last in made.pattern)
        return replace(made, pattern=pattern)

    monkeypatch.setattr(Reach, name, longer)
    with pytest.raises(AssertionError):
        judged()


def test_holes_that_are_filled_are_caught(monkeypatch):
    monkeypatch.setattr(
        Reach, "read", lambda reach, units: REAL_READ(replace(reach, every=1), units)
    )
    with pytest.raises(AssertionError):
        judged()


def test_a_branch_that_is_forgotten_is_caught(monkeypatch):
    first = tracing.Seen.add
    monkeypatch.setattr(tracing.Seen, "add", lambda seen, box: seen.boxes or first(seen, box))
    with pytest.raises(AssertionError):
        judged()


@pytest.mark.parametrize("name", ["under", "beside"])
def test_a_field_that_is_only_that_of_what_arrives_is_caught(monkeypatch, name):
    monkeypatch.setattr(Reach, name, lambda reach, other: reach)
    with pytest.raises(AssertionError):
        judged()


def test_gaps_that_are_overlooked_are_caught(monkeypatch):
    monkeypatch.setattr(Reach, "gaps", False)
    with pytest.raises(AssertionError):
        judged()
