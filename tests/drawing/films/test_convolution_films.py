"""Films of convolutions: the textbook's numbers, and what stands in which plane and frame.

Random films of every kind are judged in test_every_film.
"""

import numpy as np
import pytest
from drawing.films.adding import adds_up, shown, written
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.arithmetic import Window
from striate.drawing.films.kinds.convolution import convolution
from striate.errors import OptionError, ShapeError
from striate.reference import KERNELS, Sweep, convolve

CROSS = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
B1 = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
B6 = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 1, 1, 1, 0], [0, 1, 1, 0, 0]]
numbers = np.random.default_rng(0)


def drawn(*shape):
    return numbers.integers(-4, 5, shape).astype(float)


def film_of(image, kernel, **how):
    """The film of one channel and one kernel, as a person types them."""
    kernel = np.array(kernel, float)
    return convolution([image], [[kernel]], Window.of(kernel.shape, **how))


# ---------------------------------------------------------------- the textbook


def test_b1_the_first_film():
    film = film_of(B1, CROSS)
    assert np.array_equal(shown(film), [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]])
    assert written(film, 0) == [
        "1*1 + 1*0 + 1*1 + 0*0 + 1*1 + 1*0 + 0*1 + 0*0 + 1*1 = 4",
    ]
    assert [frame.name for frame in film.frames[::4]] == [
        "row 0, column 0",
        "row 1, column 1",
        "row 2, column 2",
    ]
    assert film.working == (
        "floor((N - F + 2*P)/S) + 1",
        "height: floor((5 - 3 + 2*0)/1) + 1 = 3",
        "width: floor((5 - 3 + 2*0)/1) + 1 = 3",
        "parameters: 3*3*1*1 = 9",
        "products: 81",
    )
    adds_up(film)


B2 = [
    [3, 0, 1, 2, 7, 4],
    [1, 5, 8, 9, 3, 1],
    [2, 7, 2, 5, 1, 3],
    [0, 1, 3, 1, 7, 8],
    [4, 2, 1, 6, 2, 8],
    [2, 4, 5, 2, 3, 9],
]


def test_a_sum_of_rounded_numbers_is_not_said_to_be_equal():
    ninths = convolution(np.full((1, 3), 7.0), np.full((1, 1, 3), 1 / 9), Window.of(3))
    assert written(ninths, 0) == ["7*0.1111 + 7*0.1111 + 7*0.1111 ≈ 2.333"]
    tenths = convolution([[0.1, 0.2]], [[[1, 1]]], Window.of(2))
    assert written(tenths, 0) == ["0.1*1 + 0.2*1 = 0.3"]
    rounded = convolution([[1 / 3, 2 / 3]], [[[1, 1]]], Window.of(2))
    assert written(rounded, 0) == ["0.3333*1 + 0.6667*1 ≈ 1"]


def test_b2_stride_leaves_places_out():
    film, coarse = (film_of(B2, KERNELS["vertical"], stride=stride) for stride in (1, 3))
    assert np.array_equal(shown(film)[0][0], [-5, -4, 0, 8])
    assert np.array_equal(shown(coarse), [[[-5, 8], [-3, -16]]])
    assert coarse.misfit == ()
    adds_up(coarse)


def test_b5_zeros_around():
    image = [
        [60, 113, 56, 139, 85],
        [73, 121, 54, 84, 128],
        [131, 99, 70, 129, 127],
        [80, 57, 115, 69, 134],
        [104, 126, 123, 95, 130],
    ]
    film = film_of(image, KERNELS["sharpen"], padding=1)
    assert shown(film)[0][0, 0] == 114
    (arriving,) = shown(film, role="input")
    assert np.array_equal(arriving, image)
    assert film.planes[0].shape == (7, 7)
    assert film.planes[0].values[:8] == (0,) * 8
    adds_up(film)


def test_b6_the_same_size():
    film = film_of(B6, CROSS, padding="same")
    assert np.array_equal(
        shown(film)[0],
        [[2, 2, 3, 1, 1], [1, 4, 3, 4, 1], [2, 2, 5, 3, 3], [1, 3, 3, 4, 1], [1, 2, 3, 1, 1]],
    )


@pytest.mark.parametrize(
    ("image", "kernel", "comes"),
    [
        ((1, 2, -1, 0, 2, 3, -2, 0, 2), (2, 0, -1), (3, 4, -4, -3, 6, 6, -6)),
        ((0, 0, 0, 1, 2, 3, 4, 4, 4, 4), (-1, 1), (0, 0, 1, 1, 1, 1, 0, 0, 0)),
        ((0, 0, 1, 1, 0, 0.1, 0.2, 1, 1, 1, 0), (1, 1), (0, 1, 2, 1, 0.1, 0.3, 1.2, 2, 2, 1)),
    ],
)
def test_b7_one_axis(image, kernel, comes):
    film = film_of(image, kernel)
    np.testing.assert_allclose(shown(film)[0], [comes])
    assert film.frames[1].name == "place 1"
    adds_up(film)


def test_b8_a_slide_headed_three_dimensions():
    image = [[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]]
    film = film_of(image, [[2, 0, 1], [1, 0, 0], [0, 1, 1]], stride=2, padding=1)
    assert np.array_equal(shown(film)[0], [[1, 5, 6], [7, 8, 3], [3, 10, 4]])


def test_b8_a_volume_is_shown_slice_by_slice():
    volume, kernel = drawn(3, 4, 4), drawn(2, 2, 2)
    film = film_of(volume, kernel, padding=((1, 0), (0, 0), (0, 1)))
    names = [plane.name for plane in film.planes]
    assert names[:5] == [f"input, slice {number}" for number in (-1, 0, 1, 2)] + ["kernel, slice 0"]
    assert all(film.planes[0].pads(spot) for spot in range(20))
    assert np.array_equal(shown(film, role="input")[1:], volume)
    assert film.frames[0].name == "slice 0, row 0, column 0"
    worked = convolve([volume], [[kernel]], Sweep(padding=[(1, 0), (0, 0), (0, 1)]))
    np.testing.assert_allclose(shown(film), worked.values[0])
    adds_up(film)


def test_b9_channels_are_partial_maps_that_add_up():
    image, kernels, bias = drawn(3, 6, 6), drawn(2, 3, 3, 3), [1, -2]
    film = convolution(image, kernels, Window.of(3, rank=2), bias=bias)
    assert np.array_equal(shown(film), convolve(image, kernels, bias=bias).values)
    assert len(film.frames) == 2 * 16
    frame = film.frames[16]
    assert frame.name == "filter 1, row 0, column 0"
    *partial, total = (film.planes[one.result.plane].name for one in frame.sums)
    assert partial == [f"partial map, filter 1, channel {channel}" for channel in range(3)]
    assert total == "output, filter 1"
    assert [len(one.terms) for one in frame.sums] == [9, 9, 9, 4]
    assert written(film, 16)[3].endswith("+ (-2) = " + film.outcome(frame.sums[3]))
    adds_up(film)


def test_b9_one_filter_of_5x5x3_does_75_products_at_a_place():
    film = convolution(drawn(3, 6, 6), drawn(1, 3, 5, 5), Window.of(5, rank=2))
    *partial, total = film.frames[0].sums
    assert sum(len(one.terms) for one in partial) == 75
    assert len(total.terms) == 3


def test_b13_a_dilated_window_reaches_5x5_with_9_weights():
    film = film_of(drawn(7, 7), drawn(3, 3), dilation=2)
    lit = sorted(cell.spot for cell in film.lit(0) if cell.plane == 0)
    assert lit == [0, 2, 4, 14, 16, 18, 28, 30, 32]
    assert film.working[0] == "span: D*(K - 1) + 1 = 2*(3 - 1) + 1 = 5"
    adds_up(film)


def test_b14_a_filter_lights_only_the_channels_that_it_sees():
    image, window = drawn(4, 3, 3), Window.of(2, rank=2)
    grouped = convolution(image, drawn(4, 2, 2, 2), window, groups=2)
    assert channels_lit(grouped, 4) == [{0, 1}, {0, 1}, {2, 3}, {2, 3}]
    assert "filter 3 sees channels 2, 3" in grouped.working
    by_table = convolution(image, drawn(3, 2, 2), window, groups=[[0, 3], [2]])
    assert channels_lit(by_table, 2) == [{0, 3}, {2}]
    assert "filter 1 sees channel 2" in by_table.working
    assert by_table.planes[1].unseen == frozenset(range(9))  # no filter sees channel 1
    adds_up(by_table)


def channels_lit(film, filters):
    """The planes of the input that the first frame of each filter lights."""
    step = len(film.frames) // filters
    return [
        {cell.plane for cell in film.lit(n * step) if film.planes[cell.plane].role == "input"}
        for n in range(filters)
    ]


def test_b16_an_unshared_kernel_lies_at_one_place_alone():
    image, kernels = drawn(1, 5), drawn(1, 1, 4, 2)
    film = convolution(image, kernels, Window.of(2), bias=drawn(1, 4))
    own = [plane for plane in film.planes if plane.role == "kernel"]
    assert [plane.name for plane in own] == [f"kernel, at place {n}" for n in range(4)]
    assert all(plane.passing for plane in own)
    assert [kernels_lit(film, n) for n in range(4)] == [[name.name] for name in own]
    assert "parameters: 2*4*1*1 + 4 = 12" in film.working
    adds_up(film)


def test_b17_tiles_repeat():
    film = convolution(drawn(1, 6), drawn(1, 1, 2, 2), Window.of(2), bias=drawn(1, 2))
    assert [kernels_lit(film, n) for n in range(5)] == [
        [f"kernel, tile place {n % 2}"] for n in range(5)
    ]
    assert "products: 10" in film.working
    adds_up(film)


def test_what_the_rule_of_the_tiles_says_is_so():
    film = convolution(drawn(1, 4, 5), drawn(1, 1, 2, 3, 2, 2), Window.of((2, 2)))
    rule = "the tiles are 2x3: place p uses tile p % t, both counted from 0 on each axis"
    assert rule in film.working
    assert film.title.startswith("Tiled convolution 2x2 over 4x5")
    for number, place in enumerate(np.ndindex(3, 4)):
        tile = f"kernel, tile row {place[0] % 2}, column {place[1] % 3}"
        assert kernels_lit(film, number) == [tile]
    unshared = convolution(drawn(1, 4, 5), drawn(1, 1, 3, 4, 2, 2), Window.of((2, 2)))
    assert unshared.title.startswith("Unshared convolution 2x2 over 4x5")
    assert not any("tiles" in line for line in unshared.working)


def kernels_lit(film, number):
    planes = {cell.plane for cell in film.lit(number)}
    return [film.planes[n].name for n in sorted(planes) if film.planes[n].role == "kernel"]


# ---------------------------------------------------------------- what does not fit


def test_what_flooring_drops_is_said_and_marked():
    film = film_of(drawn(7, 7), drawn(3, 3), stride=3)
    assert film.misfit == (
        "a 3x3 window with stride 3x3 does not tile 7x7: (7 - 3 + 2*0)/3 + 1 = 2.33",
        "the last 1 row and column are never seen",
        "padding 1 gives 3x3",
        "stride 2 gives 3x3",
        "an input of 9x9 gives 3x3",
    )
    last = {7 * n + 6 for n in range(7)} | set(range(42, 49))
    assert film.planes[0].unseen == last


def test_stride_1_drops_nothing():
    film = film_of(drawn(6, 4), drawn(3, 2), stride=2)
    assert film.misfit[1:] == (
        "the last 1 row is never seen",
        "padding 1x0 gives 3x2",
        "stride 1x2 gives 4x2",
        "an input of 7x4 gives 3x2",
    )


@settings(max_examples=40)
@given(st.data())
def test_every_remedy_drops_nothing_and_gives_the_size_that_it_says(data):
    draw, rank = data.draw, data.draw(st.integers(1, 2))
    size = tuple(draw(st.integers(4, 11)) for _ in range(rank))
    stride = [draw(st.integers(1, 4)) for _ in range(rank)]
    padding = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(rank)]
    how = {"stride": stride, "padding": padding}
    window = Window.of(3, rank=rank, **how)
    film = convolution(np.ones((1, *size)), np.ones((1, 1, *window.kernel)), window)
    assert bool(film.misfit) == any(window.lost(size))
    for remedy in film.misfit[2:]:
        what, _, places = remedy.partition(" gives ")
        name, _, numbers = what.rpartition(" ")
        changed = {"an input of": {}}.get(name) or {name: sides_of(name, numbers)}
        larger = ints(numbers) if name == "an input of" else size
        mended = Window.of(3, rank=rank, **{**how, **(changed if name in how else {})})
        assert mended.places(larger) == ints(places)
        assert not any(mended.lost(larger))


def sides_of(name, text):
    """The numbers of a remedy as `Window.of` takes them."""
    if name != "padding" or "/" not in text:
        return ints(text)
    return [tuple(map(int, one.split("/"))) for one in text.split("x")]


def ints(text):
    return tuple(map(int, text.split("x"))) if "/" not in text else text


def test_borders_are_copies_around_the_image():
    film = convolution([[1, 2, 3]], [[[1, 1, 1]]], Window.of(3, padding=1), border="circular")
    assert film.planes[0].values == (3, 1, 2, 3, 1)
    assert [film.planes[0].pads(spot) for spot in range(5)] == [True, False, False, False, True]
    assert written(film, 0) == ["3*1 + 1*1 + 2*1 = 6"]


@pytest.mark.parametrize(
    ("image", "kernels", "window", "how", "said"),
    [
        ((1, 2, 2), (1, 1, 3, 3), Window.of(3, rank=2), {}, "larger than its input, 2x2"),
        ((1, 4, 4), (1, 2, 3, 3), Window.of(3, rank=2), {}, "kernels of 2 channels"),
        ((1, 4, 4), (1, 1, 2, 2), Window.of(3, rank=2), {}, "kernels of 2x2 do not suit"),
        ((1, 4, 4), (1, 1, 3), Window.of(3, rank=2), {}, "window of 2 axes"),
        ((4, 3), (4, 2, 2), Window.of(2), {"groups": 3}, "4 channels do not fall into 3 groups"),
        ((4, 3), (4, 2, 2), Window.of(2), {"groups": 0}, "4 filters do not fall into 0 groups"),
        ((2, 3), (1, 2), Window.of(2), {"groups": [[5]]}, "names channel 5, but 2 arrive"),
        ((1, 3), (1, 1, 2), Window.of(2), {"bias": [1, 2]}, r"bias here has the shape \(1,\)"),
        ((1, 3), (1, 1, 7, 2), Window.of(2), {}, "7 tiles for 2 places"),
        ((1, 3), (1, 1, 2), Window.of(2, padding=3), {"border": "reflect"}, "at most 2 beside 3"),
    ],
)
def test_what_does_not_fit_is_a_sentence(image, kernels, window, how, said):
    with pytest.raises(ShapeError, match=said):
        convolution(np.ones(image), np.ones(kernels), window, **how)


def test_a_film_that_nobody_would_watch_is_refused():
    with pytest.raises(OptionError, match="272,484 terms is more than 60,000") as refused:
        convolution(np.ones((1, 60, 60)), np.ones((9, 1, 3, 3)), Window.of(3, rank=2))
    assert refused.value.help == ["give a smaller input, or fewer filters"]
