"""What no function of `ops` can work on is refused with a sentence, before memory is read by it."""

import pytest
import torch

from striate.arithmetic import Window
from striate.errors import OptionError, ShapeError
from striate.ops import (
    adaptive,
    convolve,
    native,
    pad,
    pad_channels,
    pool,
    pool_channels,
    transpose,
)
from striate.ops.geometry import geometry
from striate.ops.native.kernel import library

X, WEIGHT, TWO = torch.zeros(2, 4, 6), torch.zeros(6, 4, 5, 2), Window.of(2)
FUNCTIONS = {
    "convolve": lambda x: convolve(x, WEIGHT.to(x.dtype), TWO),
    "transpose": lambda x: transpose(x, WEIGHT[:4, :, :1].to(x.dtype).expand(4, 4, 6, 2), TWO),
    "pool": lambda x: pool(x, TWO),
    "pool_channels": lambda x: pool_channels(x, 2),
    "pad_channels": lambda x: pad_channels(x, 7),
    "adaptive": lambda x: adaptive(x, (2,)),
    "pad": lambda x: pad(x, ((1, 1),), "edge"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.complex64])
def test_values_are_in_floating_point(name, dtype):
    assert FUNCTIONS[name](X).is_floating_point()
    with pytest.raises(OptionError, match=f"the values are {dtype}, and have to be in floating"):
        FUNCTIONS[name](X.to(dtype))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_images_have_channels_and_pixels(name):
    for empty in (X[:, :0], X[..., :0]):
        with pytest.raises(ShapeError, match=r"an image of \d+x\d+ has no pixels|larger than its"):
            FUNCTIONS[name](empty)


@pytest.mark.parametrize("size", [(0, 4), (6, 0), (6, 4, 0), (0, 4, 5), (6, 0, 5)])
def test_weights_are_not_empty(size):
    with pytest.raises(ShapeError, match=r"a weight of .* is empty"):
        convolve(X, torch.zeros(*size, 2), TWO)


def stepping(*, kernel=2, stride=1, before=0, dilation=1):
    """A window made by hand, which nothing has judged."""
    return Window((kernel,), (stride,), ((before, 0),), (dilation,))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: convolve(X, WEIGHT, stepping(stride=0)), "stride must be at least 1"),
        (lambda: convolve(X, WEIGHT, stepping(dilation=-1)), "dilation must be at least 1"),
        (lambda: convolve(X, WEIGHT, stepping(before=-1)), "padding must not be negative"),
        (lambda: transpose(X, WEIGHT[:4], stepping(stride=0)), "stride must be at least 1"),
        (lambda: pool(X, stepping(kernel=0)), "kernel must be at least 1"),
        (lambda: pool_channels(X, 0), "channels must be at least 1, found 0"),
        (lambda: pad_channels(X, 0), "channels must be at least 1, found 0"),
        (lambda: adaptive(X, (-1,)), "places must be at least 1, found -1"),
        (lambda: convolve(X, WEIGHT, TWO, groups=0), "groups must be at least 1, found 0"),
        (lambda: convolve(X, WEIGHT[..., 0, :], TWO, groups=0), "groups must be at least 1"),
        (lambda: transpose(X, WEIGHT[:4], TWO, groups=-1), "groups must be at least 1"),
        (lambda: convolve(X, WEIGHT, TWO, torch.zeros(6).double()), "and the bias torch.float64"),
        (lambda: convolve(X, WEIGHT, TWO, torch.zeros(6, device="meta")), "the bias on meta"),
        (lambda: convolve(X.to("meta"), WEIGHT, TWO), "values are on meta and the weight on cpu"),
    ],
)
def test_numbers_that_cannot_be_are_said(call, message):
    with pytest.raises(OptionError, match=message):
        call()


def test_filters_fall_into_groups_where_kernels_are_tiled_too():
    with pytest.raises(ShapeError, match="5 filters do not fall into 2 groups"):
        convolve(X, torch.zeros(5, 2, 5, 2), TWO, groups=2)


Y, ONE, FAR = torch.zeros(2, 6, 5), [1], [100]
CORRELATE, SPREAD, COLLECT = (
    getattr(torch.ops.striate, name) for name in ("correlate", "spread", "collect")
)


@pytest.mark.parametrize(
    "call",
    [
        lambda: CORRELATE(X[:, :3], WEIGHT, ONE, ONE),
        lambda: CORRELATE(X[..., :4], WEIGHT, ONE, ONE),
        lambda: CORRELATE(X, WEIGHT, ONE, FAR),
        lambda: CORRELATE(X, WEIGHT, [0], ONE),
        lambda: CORRELATE(X, WEIGHT.double(), ONE, ONE),
        lambda: SPREAD(Y[:, :5], WEIGHT, [6], ONE, ONE),
        lambda: SPREAD(Y, WEIGHT, [9], ONE, ONE),
        lambda: COLLECT(X, Y[:1], WEIGHT.shape, ONE, ONE),
        lambda: COLLECT(X, Y[..., :4], WEIGHT.shape, ONE, ONE),
        lambda: COLLECT(X, Y, [6, 4, 9, 2], ONE, ONE),
    ],
)
def test_the_operators_read_no_memory_that_is_not_theirs(call):
    """In a compiled graph nothing is judged before them."""
    assert CORRELATE(X, WEIGHT, ONE, ONE).shape == Y.shape
    with pytest.raises((ShapeError, OptionError)):
        call()


@pytest.mark.skipif(library() is None, reason="no C compiler")
@pytest.mark.parametrize("numbers", [(0, 3, 4), (2, 0, 4), (2, 3, 0)])
@pytest.mark.parametrize("name", ["correlate", "spread", "collect"])
def test_sums_of_nothing_are_zeros(name, numbers):
    batch, channels, filters = numbers
    g = geometry((1, 1, 2, 2), (5,), (1,), (1,))
    x, y = torch.ones(batch, 5, channels), torch.ones(batch, *g.places, filters)
    weight = torch.ones(2, 2, channels, filters)
    given = {"correlate": (x, weight), "spread": (y, weight), "collect": (x, y)}[name]
    found = getattr(native, name)(*given, g)
    size = {"correlate": y, "spread": x, "collect": weight}[name].shape
    assert torch.equal(found, torch.zeros(size))
