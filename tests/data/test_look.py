"""data.look: what a picture is brought to is torchvision's rule, and a look is read as written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from striate.data import Look
from striate.errors import OptionError

IMAGENET = Look((3, 224, 224), 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
side = st.integers(1, 2000)


@st.composite
def looks(draw, most=40):
    channels = draw(st.sampled_from([1, 3]))
    size = channels, draw(st.integers(1, most)), draw(st.integers(1, most))
    part = st.floats(0.01, 1)
    mean, std = (tuple(draw(part) for _ in range(channels)) for _ in range(2))
    mode = draw(st.sampled_from(["bilinear", "bicubic"]))
    return Look(size, draw(st.integers(1, most)), mean, std, mode)


def published(height, width, short):
    """Resize(short) of torchvision, and of timm: (height, width) afterwards."""
    if width <= height:
        return int(short * height / width), short
    return short, int(short * width / height)


@given(side, side, st.integers(1, 600))
def test_the_short_side_is_brought_to_its_length(height, width, resize):
    look = Look((1, 1, 1), resize, (0.5,), (0.5,))
    assert look.resized(height, width) == published(height, width, resize)


@given(side, side, looks(600))
def test_what_is_brought_covers_what_is_seen(height, width, look):
    _, tall, broad = look.size
    high, wide = look.resized(height, width)
    assert high >= tall
    assert wide >= broad
    if (high, wide) != published(height, width, look.resize):
        assert high == tall or wide == broad  # no larger than it takes


def test_published_sizes():
    assert IMAGENET.resized(375, 500) == (256, 341)
    assert IMAGENET.resized(500, 375) == (341, 256)
    assert IMAGENET.resized(30, 20) == (384, 256)
    assert Look((3, 8, 8), 4, (0.5,) * 3, (0.5,) * 3).resized(10, 20) == (8, 16)
    assert IMAGENET.sized(64) == Look((3, 64, 64), 73, IMAGENET.mean, IMAGENET.std)
    assert IMAGENET.sized(1).resize == 1


@given(looks())
def test_a_look_is_read_as_it_was_written(look):
    assert Look.from_dict(look.as_dict()) == look
    assert Look.from_dict(json.loads(json.dumps(look.as_dict()))) == look


def test_a_mode_may_be_left_out():
    written = IMAGENET.as_dict()
    del written["mode"]
    assert Look.from_dict(written) == IMAGENET


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", [3, 224]),
        ("size", [2, 224, 224]),
        ("size", [3, 0, 224]),
        ("size", [3, 10**6, 224]),
        ("size", [3, 224.0, 224]),
        ("size", 224),
        ("size", "abc"),
        ("resize", 0),
        ("resize", 10**9),
        ("resize", True),
        ("resize", [256]),
        ("resize", 256.5),
        ("resize", None),
        ("mean", [0.5]),
        ("mean", [0.5, 0.5, "0.5"]),
        ("mean", [0.5, 0.5, float("nan")]),
        ("std", [0.5, 0.5, 0.0]),
        ("std", [0.5, 0.5, float("inf")]),
        ("std", None),
        ("mode", "nearest"),
        ("mode", ["bilinear"]),
        ("mode", {}),
    ],
)
def test_a_damaged_value_is_refused_by_its_name(name, value):
    with pytest.raises(OptionError, match="pictures cannot be seen so") as refused:
        Look.from_dict({**IMAGENET.as_dict(), name: value})
    assert (name if name != "resize" else "short side") in refused.value.message
    assert refused.value.help


@pytest.mark.parametrize("given", [None, [], "look", {}, {"size": [3, 8, 8]}, {1: 2}])
def test_what_is_no_look_is_refused(given):
    with pytest.raises(OptionError, match="is no look"):
        Look.from_dict(given)


@pytest.mark.parametrize("name", ["size", "resize", "mean", "std"])
def test_a_look_with_a_name_missing_or_too_many_is_refused(name):
    written = IMAGENET.as_dict()
    with pytest.raises(OptionError, match="is no look"):
        Look.from_dict({**written, "crop": 224})
    del written[name]
    with pytest.raises(OptionError, match="is no look"):
        Look.from_dict(written)
