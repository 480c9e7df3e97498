"""Films of pools: the textbook's numbers, and what a pool chooses, counts and leaves out."""

from math import ceil, floor

import numpy as np
import pytest

from striate.arithmetic import Window
from striate.drawing.films.kinds.channels import channel_pooling
from striate.drawing.films.kinds.pooling import adaptive, pooling
from striate.errors import OptionError, ShapeError

INF = float("inf")
C2 = [[1, 4, 6, 3], [1, 8, 9, 7], [2, 9, 1, 2], [3, 4, 4, 3]]


def output(film):
    planes = [plane for plane in film.planes if plane.role == "output"]
    return np.array([plane.values for plane in planes]).reshape(-1, *planes[0].shape).tolist()


def written(film):
    return [film.written(one) for one in film.sums()]


@pytest.mark.parametrize(
    ("image", "kind", "expected"),
    [
        (C2, "max", [[8, 9], [9, 4]]),
        (C2, "average", [[3.5, 6.25], [4.5, 2.5]]),
        ([[2, 2, 7, 3], [9, 4, 6, 1], [8, 5, 2, 4], [3, 1, 2, 6]], "max", [[9, 7], [8, 6]]),
        ([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], "max", [[6, 8], [3, 4]]),
        (C2, "min", [[1, 3], [2, 1]]),
    ],
)
def test_the_textbooks_pools(image, kind, expected):
    film = pooling(image, Window.of((2, 2), stride=2), kind)
    assert output(film) == [expected]
    assert film.frames[1].name == "row 0, column 1"
    assert film.working[-2:] == (
        "height: floor((4 - 2 + 2*0)/2) + 1 = 2",
        "width: floor((4 - 2 + 2*0)/2) + 1 = 2",
    )


def test_the_textbooks_pools_of_one_axis():
    line, window = [1, 2, -1, 0, 2, 3, -2, 0], Window.of(2, stride=2)
    assert output(pooling(line, window)) == [[[2, 0, 3, 0]]]
    film = pooling(line, window, "average")
    assert output(film) == [[[1.5, -0.5, 2.5, -1]]]
    assert written(film)[1] == "((-1) + 0)/2 = -0.5"


def test_a_partial_last_window_is_kept_or_dropped():
    """C3: window 3, stride 2 over six pixels."""
    line, window = [0.1, 1, 0.2, 0.1, 0, 0.1], Window.of(3, stride=2)
    dropped, kept = pooling(line, window), pooling(line, window, ceil=True)
    assert output(dropped) == [[[1, 0.2]]]
    assert output(kept) == [[[1, 0.2, 0.1]]]
    assert written(kept)[-1] == "max(0, 0.1) = 0.1"
    assert kept.working[-2:] == (
        "length: ceil((6 - 3 + 2*0)/2) + 1 = 3",
        "ceil keeps a last window that hangs over the end: it takes what is inside",
    )
    assert not any("hangs" in line for line in pooling(line, Window.of(2), ceil=True).working)
    assert dropped.planes[0].unseen == {5}
    assert not kept.planes[0].unseen
    assert not kept.misfit
    assert dropped.misfit[-1] == "ceil, which keeps the last window, gives 3"
    assert not kept.misfit


def test_padding_is_never_chosen_and_counts_only_if_it_should():
    window = Window.of(3, stride=2, padding=1)
    assert written(pooling([-1, -2, -3], window))[0] == "max(-∞, -1, -2) = -1"
    assert written(pooling([1, 2, 3], window, "min"))[0] == "min(∞, 1, 2) = 1"
    assert written(pooling([1, 2, 3], window, "average"))[0] == "(0 + 1 + 2)/3 = 1"
    bare = pooling([1, 2, 3], window, "average", count_padding=False)
    assert written(bare)[0] == "(1 + 2)/2 = 1.5"
    copied = pooling([1, 2, 3], window, border="edge")
    assert written(copied)[0] == "max(1, 1, 2) = 2"
    counted = pooling([1, 2, 3], window, "average")
    assert bare.working[-1] == "zeros of the padding do not count in an average"
    assert counted.working[-1] == "zeros of the padding count in an average"
    assert pooling([1, 2, 3], window).working[-1] == "padding is never chosen: it stands as -∞"
    assert not any("padding" in line for line in copied.working)
    assert pooling([1, 2, 3], window).planes[0].values == (-INF, 1, 2, 3, -INF)


def test_overlapping_and_dilated_windows_and_several_channels():
    film = pooling([[1, 2, 3, 4], [5, 9, 7, 8]], Window.of(2, dilation=2))
    assert written(film) == [
        *("max(1, 3) = 3", "max(2, 4) = 4", "max(5, 7) = 7", "max(9, 8) = 9"),
    ]
    assert [frame.name for frame in film.frames][1:3] == [
        *("channel 0, place 1", "channel 1, place 0"),
    ]


def test_pools_of_volumes_read_all_slices_of_their_window():
    film = pooling(np.arange(8.0).reshape(2, 2, 2), Window.of((2, 2, 2), stride=2))
    assert written(film) == ["max(0, 1, 2, 3, 4, 5, 6, 7) = 7"]


@pytest.mark.parametrize("size", [4, 5, 7])
def test_adaptive_pools_give_as_many_windows_whatever_the_size(size):
    """C7."""
    film = adaptive(np.arange(size * size).reshape(size, size), (2, 2))
    assert np.shape(output(film)) == (1, 2, 2)
    shared = {4: "0 to 1, 2 to 3", 5: "0 to 2, 2 to 4", 7: "0 to 3, 3 to 6"}
    assert film.working[0].endswith(shared[size])
    rule = film.working[0].split(": ")[-2]
    start, end = rule.removeprefix("height, bin i of 2: ").removeprefix("from ").split(" to ")
    for i, bin in enumerate(shared[size].split(", ")):
        said = [eval(one, {"floor": floor, "ceil": ceil, "i": i}) for one in (start, end)]
        assert said == [int(n) for n in bin.split(" to ")]


def test_pools_across_channels_choose_the_detector_that_answers():
    """C5: three detectors of one thing in three turns, and as many of another."""
    film = channel_pooling(np.array([[0, 9], [1, 0], [7, 0], [0, 2], [0, 3], [0, 4]]), 3)
    assert written(film) == [
        *("max(0, 1, 7) = 7", "max(9, 0, 0) = 9", "max(0, 0, 0) = 0", "max(2, 3, 4) = 4"),
    ]
    assert [frame.name for frame in film.frames][1:3] == [
        *("channel 0, place 1", "channel 1, place 0"),
    ]
    assert film.working == ("channels: 6/3 = 2",)
    assert written(channel_pooling([1, 5], 2, "average")) == ["(1 + 5)/2 = 3"]


def test_what_does_not_fit_is_said():
    with pytest.raises(ShapeError, match="a 3 window is larger than its input, 2") as error:
        pooling([1, 2], Window.of(3))
    assert error.value.help
    with pytest.raises(ShapeError, match="a window of 2 axes cannot step over 2"):
        pooling([1, 2], Window.of((2, 2)))
    with pytest.raises(OptionError, match="not the 'mean'"):
        pooling([1, 2], Window.of(2), "mean")
    with pytest.raises(ShapeError, match="cannot be pooled into 0 bins"):
        adaptive([1, 2], (0,))
    with pytest.raises(ShapeError, match="4 channels cannot be cut into groups of 3") as error:
        channel_pooling(np.ones((4, 2)), 3)
    assert error.value.help == ["groups can be of 1, 2, 4 channels"]
    for made in (
        lambda: pooling(np.ones((300, 300)), Window.of((2, 2))),
        lambda: adaptive(np.ones((300, 300)), (2, 2)),
        lambda: channel_pooling(np.ones((2, 300, 300)), 2),
    ):
        with pytest.raises(OptionError, match="terms"):
            made()
