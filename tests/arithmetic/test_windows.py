"""Places, losses and transposed sizes against windows that walk, and against torch's own layers."""

from dataclasses import dataclass

import pytest
import torch
from drawn import walked
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from striate.arithmetic import Window
from striate.errors import OptionError, ShapeError
from striate.reference import Sweep

POOLS = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}


@dataclass(frozen=True)
class Case:
    size: tuple[int, ...]
    window: Window

    @property
    def axes(self):
        window = self.window
        return zip(
            self.size, window.kernel, window.stride, window.padding, window.dilation, strict=True
        )


@st.composite
def cases(draw, *, even=False, shallow=False):
    """A window of 1 to 3 axes and a size; `even` pads both sides alike, `shallow` at most half."""
    rank = draw(st.integers(1, 3))

    def each(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(rank))

    kernel, stride, dilation = each(1, 5), each(1, 5), each(1, 3)
    before = each(0, 4)
    if shallow:
        before = tuple(min(p, k // 2) for p, k in zip(before, kernel, strict=True))
    after = before if even else each(0, 4)
    pairs = tuple(zip(before, after, strict=True))
    window = Window.of(kernel, stride=stride, padding=pairs, dilation=dilation)
    return Case(each(1, 14), window)


def places(case, *, ceil=False):
    return tuple(walked(n, k, s, p, d, ceil=ceil) for n, k, s, p, d in case.axes)


def answer(window, size, **options):
    """The places, or 0s where the window says that it does not fit."""
    try:
        return window.places(size, **options)
    except ShapeError:
        return (0,) * len(size)


@given(cases(), st.booleans())
def test_places_are_the_steps_of_a_window_that_walks_until_it_falls_off(case, ceil):
    stepped = places(case, ceil=ceil)
    assert (
        answer(case.window, case.size, ceil=ceil)
        == (stepped if all(stepped) else (0,) * 3)[: len(stepped)]
    )


@given(cases(), st.booleans())
def test_places_are_those_of_the_reference(case, ceil):
    window = case.window
    walks = Sweep(window.stride, window.padding, window.dilation).walk(
        case.size, window.kernel, partial=ceil
    )
    assume(all(walks))
    assert window.places(case.size, ceil=ceil) == tuple(map(len, walks))


@given(cases(even=True, shallow=True))
def test_ceil_is_torchs_ceil_mode(case):
    window = case.window
    pool = POOLS[window.rank](
        window.kernel,
        window.stride,
        tuple(before for before, _ in window.padding),
        window.dilation,
        ceil_mode=True,
    )
    expected = answer(window, case.size, ceil=True)
    if all(expected):
        assert tuple(pool(torch.zeros(1, 1, *case.size)).shape[2:]) == expected
    else:
        with pytest.raises(RuntimeError, match=r"too small|Invalid computed output size"):
            pool(torch.zeros(1, 1, *case.size))


@given(cases())
def test_a_window_fits_where_it_has_a_place(case):
    assert case.window.fits(case.size) == all(places(case))


@given(cases())
def test_lost_is_what_lies_behind_the_last_window_and_behind_its_gap(case):
    assume(case.window.fits(case.size))
    lost = []
    for n, k, s, (before, after), d in case.axes:
        span = (k - 1) * d + 1
        steps = walked(n, k, s, (before, after), d)
        within = {start + i for start in range(0, steps * s, s) for i in range(span)}
        gap = {start + i for start in range(0, steps * s, s) for i in range(span, s)}
        behind = range((steps - 1) * s, before + n)
        lost.append(len([p for p in behind if p >= before and p not in within | gap]))
    assert case.window.lost(case.size) == tuple(lost)


@given(cases())
def test_sources_are_the_sizes_that_have_these_places(case):
    assume(case.window.fits(case.size))
    count = case.window.places(case.size)
    for axis, sizes in enumerate(case.window.sources(count)):
        _, k, s, p, d = [*case.axes][axis]
        assert [*sizes] == [n for n in range(1, 99) if walked(n, k, s, p, d) == count[axis]]
        assert case.size[axis] in sizes


@given(cases())
def test_undone_goes_back_to_every_source_and_to_the_smallest_by_itself(case):
    assume(case.window.fits(case.size))
    count = case.window.places(case.size)
    assert case.window.undone(count, to=case.size) == case.size
    smallest = tuple(sizes[0] for sizes in case.window.sources(count))
    assert case.window.undone(count) == smallest
    assert case.window.places(smallest) == count
    extra = case.window.added(count, case.size)
    assert all(0 <= e < s for e, s in zip(extra, case.window.stride, strict=True))


@given(cases(even=True))
def test_undone_is_torchs_transposed_size(case):
    window, rank = case.window, case.window.rank
    layer = TRANSPOSED[rank](
        *(1, 1, window.kernel, window.stride, tuple(before for before, _ in window.padding)),
        dilation=window.dilation,
    ).to("meta")
    least = tuple(window.added(case.size, (0,) * rank))
    if any(-n < 1 for n in least):
        return
    assert window.undone(case.size) == tuple(-n for n in least)
    made = layer(torch.zeros(1, 1, *case.size, device="meta"))
    assert window.undone(case.size) == tuple(made.shape[2:])


@given(cases(even=True), st.integers(1, 3))
def test_a_convolution_has_torchs_size(case, channels):
    assume(case.window.fits(case.size))
    window = case.window
    layer = CONVOLUTIONS[window.rank](
        *(channels, 1, window.kernel, window.stride),
        tuple(before for before, _ in window.padding),
        dilation=window.dilation,
    ).to("meta")
    made = layer(torch.zeros(1, channels, *case.size, device="meta"))
    assert window.places(case.size) == tuple(made.shape[2:])


@given(cases(), st.sampled_from(["same", "valid", "full"]))
def test_padding_words(case, word):
    given_window = case.window
    window = Window.of(given_window.kernel, padding=word, dilation=given_window.dilation)
    span = window.span
    if word == "same":
        assert window.places(case.size) == case.size
        assert all(0 <= after - before <= 1 for before, after in window.padding)
        strided = Window.of(span, stride=given_window.stride, padding="same")
        rounded = tuple(-(-n // s) for n, s in zip(case.size, strided.stride, strict=True))
        assert strided.places(case.size) == rounded
    if word == "valid":
        assert window.padding == ((0, 0),) * window.rank
    if word == "full":
        full = tuple(n + f - 1 for n, f in zip(case.size, span, strict=True))
        assert window.places(case.size) == full


@given(cases())
def test_derivations_come_to_the_places(case):
    assume(case.window.fits(case.size))
    window = case.window
    assert tuple(q.value for q in window.derive(case.size)) == window.places(case.size)
    for axis, n in enumerate(case.size):
        whole = window.exactly(axis, n)[1] == window.places(case.size)[axis]
        _, k, s, p, d = [*case.axes][axis]
        assert whole == ((n + sum(p) - (k - 1) * d - 1) % s == 0)


def test_a_gap_that_every_step_leaves_is_no_loss():
    assert Window.of(1, stride=2).lost((10,)) == (0,)
    assert Window.of(2, stride=5).lost((10,)) == (0,)
    assert Window.of(2, stride=5).lost((11,)) == (1,) == Window.of(5, stride=5).lost((11,))


def test_one_number_means_every_axis():
    assert Window.of(3, rank=2, stride=2, padding=1, dilation=2) == Window.of(
        (3, 3), stride=(2, 2), padding=((1, 1), (1, 1)), dilation=(2, 2)
    )
    assert Window.of([3], rank=3, padding=[[0, 1]]).padding == ((0, 1),) * 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel": 0}, "kernel must be at least 1 in every axis, found 0"),
        ({"kernel": (3, 3), "stride": (1, 1, 1)}, "stride 1x1x1 has 3 numbers for 2 axes"),
        ({"kernel": (3, 3), "dilation": (1, 0)}, "dilation must be at least 1"),
        ({"kernel": (3, 3), "padding": [1, 1, 1]}, "padding has 3 entries for 2 axes"),
        ({"kernel": 3, "padding": -1}, "padding must not be negative"),
        ({"kernel": 3, "padding": "some"}, "one of same, valid, full, found 'some'"),
    ],
)
def test_a_window_that_cannot_be(options, message):
    with pytest.raises(OptionError, match=message):
        Window.of(**options)


def test_what_does_not_fit_says_the_numbers():
    window = Window.of(5, rank=2, padding=(0, 1), stride=2)
    with pytest.raises(ShapeError, match="a 5x5 window is larger than its input, 4x9 padded to"):
        window.places((4, 9))
    with pytest.raises(ShapeError, match="a window of 2 axes cannot step over 4x9x3"):
        window.places((4, 9, 3))
    with pytest.raises(ShapeError, match=r"cannot turn 2x2 into 9x9: it gives 7 to 8 x 5 to 6"):
        window.undone((2, 2), to=(9, 9))
    with pytest.raises(ShapeError, match="a window of 2 axes cannot step over 4"):
        window.undone((4,))
    with pytest.raises(ShapeError, match="it gives nothing"):
        Window.of(1, padding=1).undone((1,))


def test_a_transposed_size_is_at_least_1():
    window = Window.of(1, stride=3, padding=1)
    assert [*window.sources((1,))[0]] == [1]
    assert window.undone((1,)) == (1,)
    assert window.added((1,), (1,)) == (2,)
