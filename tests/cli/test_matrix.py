"""`striate matrix`, judged by the lecture, by numpy and by the reference's loops."""

import json

import numpy as np
import pytest

import striate as library
from striate.errors import OptionError, ShapeError
from striate.reference import KERNELS, Sweep, Written, convolve, named, transpose


def test_the_matrix_of_a_3x3_kernel_on_4x4_is_written_out(striate):
    printed = striate("matrix", "--input", "4x4", "--kernel", "3x3")
    assert printed.code == 0
    assert printed.out.splitlines() == [
        "w11 w12 w13   . w21 w22 w23   . w31 w32 w33   .   .   .   .   .",
        "  . w11 w12 w13   . w21 w22 w23   . w31 w32 w33   .   .   .   .",
        "  .   .   .   . w11 w12 w13   . w21 w22 w23   . w31 w32 w33   .",
        "  .   .   .   .   . w11 w12 w13   . w21 w22 w23   . w31 w32 w33",
        "4 x 16: 36 of 64 entries are weights, 9 different",
    ]


def test_a_written_kernel_and_its_transpose(striate):
    tokens = ("matrix", "--input", "3", "--kernel", "-1,0.5")
    assert striate(*tokens).out.splitlines() == [
        "-1 0.5   .",
        " .  -1 0.5",
        "2 x 3: 4 of 6 entries are weights, copies of 2",
    ]
    turned = json.loads(striate(*tokens, "--transposed", "--json").out)
    assert turned["matrix"] == [[-1, 0, 0], [0.5, -1, 0], [0, 0.5, -1], [0, 0, 0.5]]


def test_a_weight_of_zero_is_no_dot(striate):
    printed = striate("matrix", "--input", "3", "--kernel", "1,0").out
    assert printed.splitlines()[:2] == ["1 0 .", ". 1 0"]


@pytest.mark.parametrize(
    ("options", "sweep"),
    [
        ("--stride 2 --padding 1", Sweep(stride=2, padding=1)),
        ("--stride 2x1 --dilation 2", Sweep(stride=(2, 1), dilation=2)),
        ("--padding same", Sweep(padding=1)),
        ("--padding 0/1x2/0", Sweep(padding=[(0, 1), (2, 0)])),
    ],
)
def test_times_an_image_it_is_the_convolution(striate, options, sweep):
    tokens = ("matrix", "--input", "5x6", "--kernel", "sobel", *options.split(), "--json")
    values = np.array(json.loads(striate(*tokens).out)["matrix"])
    image = np.arange(30).reshape(1, 5, 6) ** 2 % 7
    expected = convolve(image, np.array(KERNELS["sobel"])[None, None], sweep).values
    assert (values @ image.ravel()).tolist() == expected.ravel().tolist()


def test_the_transposed_matrix_is_told_the_size_to_return(striate):
    tokens = ("matrix", "--input", "2x2", "--kernel", "2x2", "--stride", "3", "--transposed")
    assert json.loads(striate(*tokens, "--json").out)["rows"] == 5 * 5
    found = json.loads(striate(*tokens, "--to", "6x7", "--json").out)
    numbers = {"w11": 1, "w12": 2, "w21": 3, "w22": 4, 0: 0}
    values = np.array([[numbers[cell] for cell in row] for row in found["matrix"]])
    maps = np.array([[[1, 10], [100, 1000]]])
    spread = transpose(maps, [[[[1, 2], [3, 4]]]], Sweep(stride=3), size=(6, 7)).values
    assert (values @ maps.ravel()).tolist() == spread.ravel().tolist()


def test_channels_and_filters_have_kernels_of_their_own(striate):
    found = striate("matrix", "--input", "2", "--kernel", "2", "--channels", "2", "--filters", "3")
    assert found.out.splitlines() == [
        "w1.1.1 w1.1.2 w1.2.1 w1.2.2",
        "w2.1.1 w2.1.2 w2.2.1 w2.2.2",
        "w3.1.1 w3.1.2 w3.2.1 w3.2.2",
        "3 x 4: 12 of 12 entries are weights, 12 different",
    ]


def test_names_and_numbers_add_up_where_padding_is_not_zeros():
    around, names = Sweep(padding=1, border="edge"), named((1, 1, 3))
    assert Written.of(names, around, size=(2,)).rows() == [["w1+w2", "w3"], ["w1", "w2+w3"]]
    assert Written.of([[[1, 0.5, 2]]], around, size=(2,)).rows() == [[1.5, 2], [1, 2.5]]


def test_long_numbers_are_shortened_for_people_only(striate):
    tokens = ("matrix", "--input", "3x3", "--kernel", "blur")
    assert striate(*tokens).out.splitlines()[0].split() == ["0.111111"] * 9
    assert json.loads(striate(*tokens, "--json").out)["matrix"] == [[1 / 9] * 9]


def test_kernels_of_two_axes_are_told_from_signals():
    assert library.matrix((2, 3), "1,0,-1;").shape == (2, 6)
    assert library.matrix((3, 2), "1;2;1").shape == (2, 6)
    assert library.matrix((12,), 12).weights[-1] == "w12"
    assert library.matrix((2, 10), (1, 10)).weights[-1] == "w1,10"


@pytest.mark.parametrize(
    ("tokens", "kind", "says"),
    [
        (["2x2", "3x3"], "ShapeError", "a 3x3 window is larger than its input, 2x2"),
        (["5x5", "1,0,1"], "ShapeError", "a window of 1 axes cannot step over 5x5"),
        (["5", "3x3"], "OptionError", "kernel 3x3 has 2 numbers for 1 axes"),
        (["9x9", "3x3"], "OptionError", "81 columns, too many to follow"),
        (["1x1", "1999", "--padding", "full", "--json"], "OptionError", "more than 4,000,000"),
        (["500x500", "3", "--json"], "OptionError", "more than 4,000,000"),
        (["5x5", "soble"], "OptionError", "'soble' is not a kernel"),
        (["5x5", ""], "OptionError", "'' is not a kernel"),
        (["5x5", "1,inf"], "OptionError", "'1,inf' is not a kernel"),
        (["5x5", "1,0;1"], "OptionError", "the rows of the kernel '1,0;1' differ in length"),
        (["5x5", "sobel", "--filters", "2"], "OptionError", "one channel to one filter"),
        (["5x5", "3", "--filters", "0"], "ShapeError", "5x5 and 0 filters make no matrix"),
        (["0x5", "3"], "ShapeError", "1 channels of 0x5"),
        (["5x5", "3", "--to", "6x6"], "OptionError", "only a transposed convolution"),
        (["5", "3", "--transposed", "--to", "9"], "ShapeError", "cannot turn 5 into 9"),
        (["5", "3", "--stride", "0"], "OptionError", "stride must be at least 1"),
        (["5", "3", "--stride", "1.5"], "OptionError", "stride '1.5' is not a number"),
        (["5", "3", "--padding", "some"], "OptionError", "one of same, valid, full"),
        (["5", "3", "--padding", "-1"], "OptionError", "padding"),
        (["5", "3", "--padding", "1/2/3"], "OptionError", "padding '1/2/3'"),
    ],
)
def test_a_slip_is_one_sentence_and_exit_code_2(striate, tokens, kind, says):
    input, kernel, *options = tokens
    printed = striate("matrix", f"--input={input}", f"--kernel={kernel}", *options)
    assert printed.code == 2
    shown = printed.out if "--json" in options else printed.err
    assert kind in shown
    assert says in shown


def test_the_same_slips_from_python():
    with pytest.raises(ShapeError, match="a 3x3 window is larger"):
        library.matrix((2, 2), (3, 3))
    with pytest.raises(OptionError, match="is not a kernel"):
        library.matrix((2, 2), "soble")
