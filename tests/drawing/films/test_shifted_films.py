"""Films of a shift: a convolution moves with its input, a pool stays where it can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.arithmetic import Window
from striate.drawing.films.kinds.shifting import shifted, shifted_pooling
from striate.drawing.films.kinds.striding import kept
from striate.drawing.films.scenes.making import film as made
from striate.errors import OptionError, ShapeError


def output(film, stack):
    (plane,) = [one for one in film.planes if one.stack == stack]
    return np.array(plane.values).reshape(plane.shape)


@settings(max_examples=30)
@given(
    *(st.integers(1, 3), st.integers(1, 2), st.integers(0, 99)),
    *(st.integers(-2, 2), st.integers(-2, 2), st.integers(0, 1)),
)
def test_the_output_moves_with_the_input(kernel, stride, seed, down, right, padding):
    """B21: where no window meets the border, the two outputs are one."""
    numbers = np.random.default_rng(seed)
    image = numbers.integers(1, 10, (6, 5)).astype(float)
    window = Window.of((kernel, kernel), stride=stride, padding=padding)
    shift = (down * stride, right * stride)
    film = shifted(image, numbers.integers(1, 10, (kernel, kernel)), window, shift)
    before, after = output(film, "output"), output(film, "output, shifted")
    inside = np.roll(before, (down, right), (0, 1)) == after
    pairs = [frame for frame in film.frames if " and, shifted, " in frame.name]
    assert len(pairs) == max(0, before.shape[0] - abs(down)) * max(0, before.shape[1] - abs(right))
    for frame in pairs:
        one, other = (film.planes[s.result.plane].values[s.result.spot] for s in frame.sums)
        assert frame.name.endswith(": equal") == (one == other)
        place = divmod(frame.sums[1].result.spot, after.shape[1])
        assert inside[place] == (one == other)
        assert place[0] - down == frame.sums[0].result.spot // before.shape[1]
        if padding == 0:
            assert one == other
    assert film.results == {
        *(one.result for one in film.sums()),
    }
    assert len(film.results) == before.size + after.size


def test_zeros_move_in_and_the_kernel_is_drawn_once():
    film = shifted([1, 2, 3], [1, 10], Window.of(2, padding=1), (1,))
    assert [plane.name for plane in film.planes] == [
        *("input", "input, shifted", "kernel", "output", "output, shifted"),
    ]
    assert film.planes[1].values == (0, 0, 1, 2, 0)
    assert [frame.name for frame in film.frames] == [
        "place 0 and, shifted, place 1: equal",
        "place 1 and, shifted, place 2: equal",
        "place 2 and, shifted, place 3: not equal, for a window meets the border",
        "place 3: shifted, it lies outside",
        "shifted, place 0: before, it lay outside",
    ]
    assert film.working[-1] == "output of the shifted input = shifted output: at 2 of 3 places"


def test_two_of_four_pooled_values_change_where_all_detectors_do():
    """C4: window 3, stride 1, and an input that moves by one."""
    given = [0.1, 1, 0.2, 0.1], [0.3, 0.1, 1, 0.2]
    film = shifted_pooling(*given, Window.of(3, padding=1))
    assert output(film, "output").tolist() == [[1, 1, 1, 0.2]]
    assert output(film, "output, after").tolist() == [[0.3, 1, 1, 1]]
    assert film.working[-2:] == ("4 of 4 detectors change", "2 of 4 pooled values change")
    assert [frame.name for frame in film.frames] == [
        *("place 0: 1 becomes 0.3", "place 1: stays 1", "place 2: stays 1"),
        "place 3: 0.2 becomes 1",
    ]


def test_a_pool_of_what_has_moved_can_be_asked_for():
    film = made("shift", matrix="0.1,1,0.2,0.1", kernel=3, padding=1, pool="max", shift=1)
    assert output(film, "output, after").tolist() == [[0.1, 1, 1, 1]]
    assert film.working[-2:] == ("4 of 4 detectors change", "2 of 4 pooled values change")


def test_what_does_not_fit_is_said():
    image, kernel, window = np.ones((4, 4)), np.ones((2, 2)), Window.of((2, 2), stride=2)
    with pytest.raises(OptionError, match="lies between the steps of stride 2x2") as error:
        shifted(image, kernel, window, (1, 0))
    assert error.value.help
    with pytest.raises(OptionError, match="not one for each of 2 axes"):
        shifted(image, kernel, window, (2,))
    with pytest.raises(ShapeError, match="4 and 1x5 are not of one size"):
        shifted_pooling(np.ones(4), np.ones(5), Window.of(2))


def test_it_is_counted_how_much_of_a_pool_changes():
    film = shifted_pooling([1, 2, 3, 4], [1, 2, 3, 9], Window.of(2))
    assert film.working[-2:] == ("1 of 4 detectors change", "1 of 3 pooled values change")
    assert [frame.name for frame in film.frames][1:] == [
        *("place 1: stays 3", "place 2: 4 becomes 9"),
    ]


def test_what_a_stride_keeps_is_named_and_what_is_in_vain_counted():
    film = kept(np.ones((4, 5)), np.ones((2, 2)), Window.of((2, 2), stride=(2, 3)))
    told = [one.name.split(", kept as ") for one in film.frames if "kept as" in one.name]
    assert told == [
        [f"row {y}, column {x}", f"row {y // 2}, column {x // 3}"] for y in (0, 2) for x in (0, 3)
    ]
    assert "width: floor((5 - 2 + 2*0)/3) + 1 = 2" in film.working
    assert film.working[-2:] == (
        "products: 16 with stride 2x3, 48 with stride 1",
        "in vain: 48 - 16 = 32",
    )
