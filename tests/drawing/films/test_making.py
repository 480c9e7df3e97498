"""What is typed becomes the film that was asked for: judged by reference, on the film's numbers.

Here only the way from the options to the film is judged; the films themselves are elsewhere.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import striate
from striate.drawing.films.scenes.making import diagnosed, film
from striate.drawing.films.scenes.options import KINDS
from striate.errors import OptionError, ShapeError, StriateError
from striate.reference import KERNELS, Sweep, adaptive, convolve, pool, transpose

EDGES = {"zeros": "constant", "edge": "edge", "reflect": "reflect", "circular": "wrap"}


def values(made, role, axes=2):
    """The numbers of the planes of a role without their padding, (plane, *size)."""
    found = []
    for plane in made.planes:
        if plane.role == role:
            above, below, left, right = plane.padding
            rows, columns = plane.shape
            grid = np.array(plane.values).reshape(plane.shape)
            found.append(grid[above : rows - below, left : columns - right])
    return np.stack([one[0] for one in found] if axes == 1 else found)


def typed(numbers):
    return "x".join(map(str, numbers))


@st.composite
def steps(draw):
    """Strides, paddings and dilations as they are typed, and as reference takes them."""
    pairs = st.tuples(st.integers(0, 2), st.integers(0, 2))
    stride, dilation = (draw(st.tuples(*[st.integers(1, 2)] * 2)) for _ in range(2))
    sides = draw(st.tuples(pairs, pairs))
    form = draw(st.sampled_from(["each", "one"]))
    if form == "one":
        stride, dilation, sides = stride[:1] * 2, dilation[:1] * 2, (sides[0][:1] * 2,) * 2
        words = str(stride[0]), str(sides[0][0]), str(dilation[0])
    else:
        words = typed(stride), "x".join(f"{a}/{b}" for a, b in sides), typed(dilation)
    options = dict(zip(("stride", "padding", "dilation"), words, strict=True))
    return options, Sweep(stride, sides, dilation, draw(st.sampled_from(sorted(EDGES))))


@given(steps(), st.integers(1, 3), st.integers(1, 2), st.data())
@settings(max_examples=25)
def test_a_convolution_has_the_window_that_was_typed(step, channels, filters, data):
    options, sweep = step
    kernel = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    size = data.draw(st.tuples(st.integers(5, 7), st.integers(5, 7)))
    made = film(
        "conv",
        input=typed((channels, *size)),
        kernel=typed(kernel),
        filters=filters,
        border=sweep.border,
        bias=",".join(map(str, range(filters))),
        **options,
    )
    image, weights = values(made, "input"), values(made, "kernel")
    assert image.shape == (channels, *size)
    kernels = weights.reshape(filters, channels, *kernel)
    expected = convolve(image, kernels, sweep, bias=np.arange(filters))
    assert np.allclose(values(made, "output"), expected.values)


@given(steps(), st.sampled_from(["max", "min", "average"]), st.booleans(), st.booleans())
@settings(max_examples=25)
def test_a_pool_has_the_window_that_was_typed(step, kind, ceil, count):
    options, sweep = step
    more = {"count": count} if kind == "average" else {}
    made = film(
        "pool", input="7x6", kernel=2, pool=kind, ceil=ceil, border=sweep.border, **more, **options
    )
    image = values(made, "input")
    partial = {"partial": ceil, "count_padding": count or kind != "average"}
    expected = pool(image, (2, 2), kind, sweep, **partial)
    shown = values(made, "output")
    assert shown.shape == expected.shape
    assert np.allclose(shown, expected, equal_nan=True)


@pytest.mark.parametrize("count", [None, True, False])
def test_an_average_counts_the_padding_as_told(count):
    made = film("pool", matrix="8,8;8,8", padding=1, pool="average", count=count)
    expected = 8 if count is False else 2
    assert values(made, "output").tolist() == [[[expected] * 2] * 2]


@pytest.mark.parametrize(("to", "size"), [(None, (5, 5)), ("6", (6, 6)), ("5x6", (5, 6))])
def test_a_transposed_convolution_returns_the_size_that_was_told(to, size):
    made = film("transpose", input="2x2x2", kernel=2, stride=3, to=to, filters=2)
    kernels = values(made, "kernel").reshape(2, 2, 2, 2)
    maps = values(made, "input")
    orders = [kernels, kernels.swapaxes(0, 1)]
    expected = [transpose(maps, one, Sweep(stride=(3, 3)), size=size).values for one in orders]
    assert any(np.array_equal(values(made, "output"), one) for one in expected)


def test_tiled_and_unshared_kernels_are_many():
    tiled = film("tiled", input=6, kernel=3, tiles="2x3")
    assert sum(plane.role == "kernel" for plane in tiled.planes) == 6
    unshared = film("unshared", input="4x5", kernel=3)
    assert sum(plane.role == "kernel" for plane in unshared.planes) == 6


def test_groups_and_tables_say_who_sees_whom():
    grouped = film("conv", input="4x5x5", kernel=3, groups=2, filters=4)
    kernels = values(grouped, "kernel").reshape(4, 2, 3, 3)
    expected = convolve(values(grouped, "input"), kernels, groups=2).values
    assert np.array_equal(values(grouped, "output"), expected)
    table = film("conv", input=5, kernel=3, connect="0,1/2")
    assert values(table, "input").shape == (3, 5, 5)
    expected = convolve(values(table, "input"), values(table, "kernel"), groups=[[0, 1], [2]])
    assert np.array_equal(values(table, "output"), expected.values)


def test_adaptive_pooling_has_the_places_that_were_told():
    made = film("adaptive", input=7, to="3x2", pool="max")
    expected = adaptive(values(made, "input"), (3, 2), "max")
    assert np.array_equal(values(made, "output"), expected)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (1, 7, 7)),
        ({"input": "5"}, (1, 5, 5)),
        ({"input": 5, "channels": 2}, (2, 5, 5)),
        ({"input": (2, 5, 6)}, (2, 5, 6)),
        ({"input": "3×5×6"}, (3, 5, 6)),
        ({"matrix": "1,2,3;4,5,6;7,8,9"}, (1, 3, 3)),
        ({"matrix": "1,2,3;4,5,6;7,8,9|1,2,3;4,5,6;7,8,9"}, (2, 3, 3)),
        ({"matrix": np.ones((2, 4, 4))}, (2, 4, 4)),
        ({"matrix": "1,2,3", "kernel": "1x2", "axes": 2}, (1, 1, 3)),
    ],
)
def test_sizes_and_matrices_are_read(options, shape):
    assert values(film("conv", **options), "input").shape == shape


def test_axes_are_told_by_what_was_typed():
    line = film("conv", matrix="1,2,-1,0,2,3,-2,0,2", kernel="2,0,-1")
    assert values(line, "output", 1).tolist() == [[3, 4, -4, -3, 6, 6, -6]]
    assert values(film("conv", input=7, kernel="1,0,-1"), "input", 1).shape == (1, 7)
    assert values(film("conv", input="2x7", axes=1), "input", 1).shape == (2, 7)
    assert len(values(film("conv", input=4, kernel="2x2x2"), "output")) == 3
    row = film("conv", matrix="1,2,4;8,16,32", kernel="1,-1")
    assert values(row, "output").tolist() == [[[-1, -2], [-8, -16]]]


def test_a_kernel_is_read_by_name_by_rows_and_from_a_file(tmp_path):
    file = tmp_path / "kernel.csv"
    file.write_text("1,0,-1\n2,0,-2\n1,0,-1\n", "utf-8")
    for kernel in (
        "sobel",
        "Sobel",
        "1,0,-1;2,0,-2;1,0,-1",
        str(file),
        file,
        np.array(KERNELS["sobel"]),
    ):
        assert np.array_equal(values(film("conv", kernel=kernel), "kernel")[0], KERNELS["sobel"])


def test_a_matrix_file_has_an_empty_line_between_channels(tmp_path):
    file = tmp_path / "numbers.csv"
    file.write_text("﻿1, 2\r\n3; 4\r\n\r\n5\t6\r\n7 -8\r\n", "utf-8")
    found = values(film("conv", matrix=str(file), kernel=1), "input")
    assert found.tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, -8]]]


@pytest.mark.parametrize("bias", [True, "3,-1", 3])
@pytest.mark.parametrize(("kind", "tiles"), [("unshared", 4), ("tiled", 2)])
def test_kernels_that_are_not_shared_have_biases_of_their_own(kind, tiles, bias):
    made = film(kind, input=5, kernel=2, filters=2, bias=bias)
    biases = values(made, "bias")
    assert biases.shape == (2, tiles, tiles)
    if bias is not True:
        assert biases[:, 0, 0].tolist() == ([3, 3] if bias == 3 else [3, -1])
        assert (biases == biases[:, :1, :1]).all()
    word = {"unshared": "UNSHARED 2 2x2", "tiled": "TILED 2 2x2 tiles=2"}[kind]
    planned = striate.plan(f"INPUT 1x5x5 -> {word}").rows[-1].parameters.value
    (counted,) = (line for line in made.working if line.startswith("parameters: "))
    assert counted == f"parameters: 2*2*{tiles}*{tiles}*1*2 + {2 * tiles**2} = {planned}"


def test_a_bias_for_tiles_whose_kernels_were_given():
    weights = [[[[1, 0], [0, 1], [1, 1], [1, -1]]]]
    made = film("tiled", axes=1, matrix=[1, 2, 3, 4, 5], weights=weights, bias=7)
    assert values(made, "bias", 1).tolist() == [[7] * 4]
    assert values(made, "output", 1).tolist() == [[8, 10, 14, 6]]


def test_numbers_that_are_made_up_are_always_the_same_and_it_is_said():
    made, again = (film("conv", input=5, bias=True) for _ in range(2))
    assert made == again
    assert made.working[-1].endswith("the numbers of the input, the kernel and the bias")
    own = film("conv", matrix="1,2;3,4", kernel="1,0;0,1")
    assert not any("made up" in line for line in own.working)
    assert all(
        set(values(film(kind), "input").ravel()) <= set(range(10)) for kind in ("pool", "conv")
    )


def test_a_photo_is_small_grey_turned_and_painted(tmp_path):
    picture = Image.new("RGB", (80, 40), (10, 200, 30))
    picture.paste((250, 250, 250), (0, 0, 40, 40))  # the left half; turned, the upper one
    exif = picture.getexif()
    exif[0x0112] = 6  # the camera was held upright
    file = tmp_path / "photo.png"
    picture.save(file, exif=exif)
    made = film("conv", image=str(file), kernel="identity")
    shown = values(made, "input")[0]
    assert shown.shape == (28, 14)
    assert shown[0].tolist() == [250] * 14
    assert len(set(shown[-1])) == 1 < shown[0, 0] - shown[-1, 0]
    assert {plane.role for plane in made.planes if plane.painted} == {"input", "output"}
    assert "photo.png" in made.title
    coloured = values(film("conv", image=file, colour=True, size=8, kernel=3), "input")
    assert coloured.shape == (3, 8, 4)
    assert coloured[:, -1, 0].tolist() == [10, 200, 30]


def test_a_convolution_with_its_rows_is_the_film_of_the_matrix():
    assert film("conv", input=4, rows=True) == film("matrix", input=4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_film_without_any_option_and_in_every_number_of_axes(kind):
    assert film(kind).frames
    for axes in (1, 2, 3):
        assert film(kind, axes=axes, input=4).frames


@pytest.mark.parametrize("kind", KINDS)
def test_an_option_of_another_kind_is_refused_by_name(kind):
    every = {name for names in KINDS.values() for name in names}
    for name in sorted(every - set(KINDS[kind])):
        with pytest.raises(OptionError, match=f"{name} is no option of a film of {kind}"):
            film(kind, **{name: 1})


def test_what_flooring_drops_is_said_and_the_film_is_made():
    made = film("conv", input=7, kernel=3, stride=3)
    assert "does not tile 7x7" in made.misfit[0]
    assert len(made.frames) == 4


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("conv", {"input": "2"}, "a 3x3 window is larger than its input, 2x2"),
        ("pool", {"input": 1}, "a 2x2 window is larger"),
        ("conv", {"input": "3x5x5", "groups": 2}, "3 channels do not fall into 2 groups"),
        ("conv", {"input": 5, "filters": 3, "groups": 2}, "3 filters do not fall into 2 groups"),
        ("conv", {"input": 3, "padding": 3, "border": "reflect"}, "reflect padding is at most 2"),
        ("tiled", {"input": 4, "tiles": 3}, "3x3 tiles for 2x2 places"),
        ("transpose", {"input": 3, "to": 99}, "cannot turn 3x3 into 99x99"),
        ("channels", {"input": "3x4x4"}, "3 channels cannot be cut into groups of 2"),
        ("gradients", {"input": 4, "upstream": "1,2"}, "the gradient that arrives has the shape"),
        ("conv", {"weights": np.ones((1, 1))}, "do not suit a window"),
    ],
)
def test_sizes_that_do_not_fit_each_other_are_the_planners_sentence(kind, options, says):
    with pytest.raises(ShapeError, match=says):
        film(kind, **options)


def test_a_window_that_sticks_out_is_drawn_with_dashes_where_it_finds_nothing():
    options = {"matrix": "1,2;3,4", "kernel": 3, "padding": "1/0x0"}
    with pytest.raises(ShapeError) as caught:
        film("conv", **options)
    shown = diagnosed("conv", caught.value, options)
    assert not shown.frames
    assert shown.misfit == (caught.value.message, *caught.value.help)
    image, window = shown.planes
    assert (image.texts, image.padding) == (("0", "0", "1", "2", "3", "4"), (1, 0, 0, 0))
    assert window.texts == ("0", "0", "–", "1", "2", "–", "3", "4", "–")
    assert window.padding == (1, 0, 0, 1)
    assert diagnosed("conv", caught.value, {**options, "kernel": 2}) is None


def test_each_remedy_is_true():
    with pytest.raises(ShapeError) as caught:
        film("conv", input="3x4", kernel=3, dilation=3, padding="0/1x1")
    tried = {remedy.split(" gives ")[0]: remedy.split(" gives ")[1] for remedy in caught.value.help}
    ways = {
        "padding 2": {"padding": 2},
        "dilation 1": {"dilation": 1},
        "a kernel of 2x2": {"kernel": 2},
        "an input of 6x5": {"input": "6x5"},
    }
    assert set(tried) == set(ways)
    for says, changed in ways.items():
        asked = {"input": "3x4", "kernel": 3, "dilation": 3, "padding": "0/1x1", **changed}
        places = values(film("conv", **asked), "output").shape[1:]
        assert typed(places) == tried[says]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"matrix": "1,2;3"}, "differ in length: 1 and 2 numbers"),
        ({"matrix": "1,2;3,4|1,2"}, "differ in their number of rows"),
        ({"matrix": "1,x"}, "'x' in the matrix is not a number"),
        ({"matrix": "1,nan"}, "'nan' in the matrix is not a number"),
        ({"matrix": ""}, "the matrix has no numbers"),
        ({"matrix": "1,2|"}, "the matrix has no numbers"),
        ({"matrix": [[1, 2], [3]]}, "no array of numbers"),
        ({"matrix": [[1, np.inf]]}, "not finite"),
        ({"matrix": np.ones((1, 1, 1, 1, 1, 1))}, "axes, and the film"),
        ({"matrix": "1,2;3,4", "axes": 3}, "the matrix has 2 axes, and the film 3"),
        ({"matrix": "1,2;3,4", "channels": 2}, "1 channels arrive, not 2"),
        ({"matrix": "1,2;3,4", "input": 2}, "input and matrix are too much"),
        ({"input": "x"}, "input 'x' is not a number"),
        ({"input": "0"}, "empty"),
        ({"input": "3x7x7", "channels": 2}, "has 3 channels, not 2"),
        ({"input": "1x1x1x1"}, "is no size of 2 axes"),
        ({"input": "9" * 5000}, "is not a number"),
        ({"input": "100000"}, "nobody would watch"),
        ({"channels": 0}, "empty"),
        ({"axes": 4}, "1, 2 or 3 axes, not 4"),
        ({"kernel": "soble"}, "'soble' is not a kernel"),
        ({"kernel": "0"}, "kernel must be at least 1"),
        ({"kernel": "1,2;3"}, "differ in length"),
        ({"kernel": "sobel", "filters": 2}, "a written kernel is"),
        ({"kernel": "sobel", "axes": 3}, "the kernel has 2 axes, and the film 3"),
        ({"kernel": 3.5}, "kernel"),
        ({"stride": "0"}, "stride must be at least 1"),
        ({"stride": 1.5}, "stride '1.5' is not a number"),
        ({"stride": "2x2x2"}, "stride 2x2x2 has 3 numbers for 2 axes"),
        ({"padding": "some"}, "one of same, valid, full"),
        ({"padding": "1/2/3"}, "padding '1/2/3' is not a number"),
        ({"padding": -1}, "must not be negative"),
        ({"padding": 0.5}, "padding '0.5' is not a number"),
        ({"padding": 500}, "60,000 cells that a film shows"),
        ({"dilation": "a"}, "dilation 'a' is not a number"),
        ({"border": "mirror"}, "there is no border 'mirror'"),
        ({"filters": 0}, "at least 1 filter"),
        ({"filters": 10**6}, "nobody would watch"),
        ({"groups": 0}, "at least 1 group"),
        ({"groups": 2, "connect": "0/1"}, "groups and connect"),
        ({"connect": "0,/1"}, "no table of connections"),
        ({"connect": "0/1", "filters": 3}, "2 rows of connections for 3 filters"),
        ({"bias": "1,2"}, "2 biases for 1 filters"),
        ({"bias": "a"}, "'a' in the bias is not a number"),
        ({"size": 12}, "size is for an image"),
        ({"rows": True, "filters": 2}, "filters is no option of a film of matrix"),
        ({"image": "nowhere.png"}, "there is no file nowhere.png"),
        ({"image": __file__}, "cannot be read as an image"),
        ({"image": __file__, "size": 0}, "an image cannot be 0 pixels long"),
        ({"image": __file__, "axes": 1}, "an image has 2 axes"),
        ({"matrix": "nowhere.csv"}, "there is no file nowhere.csv"),
        ({"kernel": "nowhere.csv"}, "there is no file nowhere.csv"),
        ({"matrix": Path(__file__).parent}, "cannot read"),
        ({"weights": np.ones((1, 1, 3, 3)), "kernel": 3}, "kernel and weights"),
        ({"weights": [[1], [2, 3]]}, "no array of numbers"),
    ],
)
def test_what_cannot_be_is_a_sentence(options, says):
    with pytest.raises(StriateError, match=says.replace("(", r"\(")):
        film("conv", **options)


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("convolution", {}, "'convolution' is no kind of film"),
        ("pool", {"pool": "median"}, "there is no pool 'median'"),
        ("pool", {"count": False}, "count is for the average"),
        ("pool", {"kernel": "sobel"}, "a pool has no weights"),
        ("pool", {"padding": 1000}, "2007x2007 is more than the 60,000 cells that a film shows"),
        ("adaptive", {"to": 0}, "at least 1|0"),
        ("tiled", {"tiles": 0}, "at least 1 tile"),
        ("tiled", {"kernel": "sobel"}, "a written kernel is the same for all places"),
        ("gradients", {"rate": "fast"}, "'fast' in the rate is not a number"),
        ("gradients", {"rate": "1,2"}, "more than one number"),
        ("matrix", {"input": "2x5x5"}, "a film of matrix has one channel, not 2"),
        ("shift", {"shift": "far"}, "shift 'far' is not a number"),
        ("shift", {"shift": "1x1x1"}, "shift|axes"),
        ("separable", {"weights": [[[1]], [[[1, 1]]]]}, "kernel|weights|lines|window|axes"),
    ],
)
def test_what_cannot_be_of_other_kinds(kind, options, says):
    with pytest.raises(StriateError, match=says):
        film(kind, **options)


def test_numbers_in_a_file_are_named_where_they_are_wrong(tmp_path):
    for text, says in [("1,a\n", "'a' in .*bad.csv"), ("", "no numbers"), ("1,2\n3\n", "rows of")]:
        (tmp_path / "bad.csv").write_text(text, "utf-8")
        with pytest.raises(OptionError, match=says):
            film("conv", matrix=str(tmp_path / "bad.csv"))
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(StriateError, match="cannot read"):
        film("conv", matrix=str(tmp_path / "bad.csv"))
