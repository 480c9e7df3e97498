"""data.colour is checked against Pillow, image by image, and the hue against colorsys.

The bytes are Pillow's own, but for autocontrast: there Pillow rounds a float64 table down, and a
level that lies on a whole number may fall one below it.
"""

import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from striate.data.augmentation import colour

ENHANCED = {
    colour.brightness: ImageEnhance.Brightness,
    colour.contrast: ImageEnhance.Contrast,
    colour.saturation: ImageEnhance.Color,
    colour.sharpness: ImageEnhance.Sharpness,
}


@st.composite
def batches(draw, channels=(1, 3), most=24):
    """Images of few levels or many, some dark, some of one level alone."""
    noise = np.random.default_rng(draw(st.integers(0, 9999)))
    sizes = draw(st.integers(1, most)), draw(st.integers(1, most))
    shape = (draw(st.integers(1, 4)), draw(st.sampled_from(channels)), *sizes)
    low = draw(st.integers(0, 255))
    high = draw(st.integers(low, 255))
    return torch.from_numpy(noise.integers(low, high + 1, shape, dtype=np.uint8))


def pictures(images):
    """Each image as Pillow has it."""
    for image in images.numpy():
        yield Image.fromarray(image[0] if len(image) == 1 else np.moveaxis(image, 0, 2))


def bytes_of(picture):
    """A picture of Pillow as (channel, row, column)."""
    levels = np.asarray(picture)
    return levels[None] if levels.ndim == 2 else np.moveaxis(levels, 2, 0)


def assert_each(found, expected, *, within=0):
    for one, picture in zip(found.numpy(), expected, strict=True):
        assert np.abs(one.astype(int) - bytes_of(picture).astype(int)).max() <= within


def numbers(images, low, high, *, whole=False):
    """One number for each image, exact in float32."""
    values = np.linspace(low, high, len(images) + 2)[1:-1]
    return torch.tensor(np.rint(values) if whole else values, dtype=torch.float32)


@pytest.mark.parametrize("ours", ENHANCED, ids=lambda ours: ours.__name__)
@settings(deadline=None, max_examples=60)
@given(images=batches(), low=st.floats(0, 1), high=st.floats(1, 2.5))
def test_enhancing_gives_the_bytes_of_pillow(ours, images, low, high):
    factors = numbers(images, low, high)
    pairs = zip(pictures(images), factors.tolist(), strict=True)
    assert_each(ours(images, factors), [ENHANCED[ours](one).enhance(f) for one, f in pairs])


@pytest.mark.parametrize("factor", [0.0, 1.0, 2.0])
def test_a_factor_of_one_changes_nothing_and_of_zero_leaves_the_base(factor):
    images = torch.arange(192, dtype=torch.uint8).reshape(1, 3, 8, 8)
    for ours, pillow in ENHANCED.items():
        expected = [pillow(one).enhance(factor) for one in pictures(images)]
        assert_each(ours(images, torch.tensor([factor])), expected)
        assert torch.equal(ours(images, torch.tensor([1.0])), images)


@settings(deadline=None)
@given(images=batches(), threshold=st.integers(0, 256), bits=st.integers(1, 8))
def test_solarize_and_posterize_give_the_bytes_of_pillow(images, threshold, bits):
    thresholds, depths = (torch.full((len(images),), number) for number in (threshold, bits))
    expected = [ImageOps.solarize(one, threshold) for one in pictures(images)]
    assert_each(colour.solarize(images, thresholds), expected)
    expected = [ImageOps.posterize(one, bits) for one in pictures(images)]
    assert_each(colour.posterize(images, depths), expected)


@settings(deadline=None, max_examples=200)
@given(batches())
def test_equalize_gives_the_bytes_of_pillow(images):
    assert_each(colour.equalize(images), map(ImageOps.equalize, pictures(images)))


@settings(deadline=None, max_examples=200)
@given(batches())
def test_autocontrast_is_that_of_pillow(images):
    assert_each(colour.autocontrast(images), map(ImageOps.autocontrast, pictures(images)), within=1)
    x = images.numpy().astype(int)
    low, high = x.min((2, 3), keepdims=True), x.max((2, 3), keepdims=True)
    exact = np.where(high > low, (x - low) * 255 // np.maximum(high - low, 1), x)
    assert np.array_equal(colour.autocontrast(images), exact)


@settings(deadline=None, max_examples=40)
@given(images=batches(channels=(3,), most=5), turn=st.floats(-0.5, 0.5))
def test_the_hue_turns_as_in_colorsys(images, turn):
    turns = torch.full((len(images),), turn)
    found = colour.turn_hue(images, turns).permute(0, 2, 3, 1).reshape(-1, 3)
    for seen, pixel in zip(found.tolist(), images.permute(0, 2, 3, 1).reshape(-1, 3), strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(*(pixel / 255).double().tolist())
        expected = colorsys.hsv_to_rgb((hue + float(turns[0])) % 1, saturation, value)
        # both are rounded to the nearest level; float32 errs by less than a thousandth of one
        assert np.abs(np.array(seen) - 255 * np.array(expected)).max() <= 0.501


def test_hues_that_do_not_turn_stay_as_they_are():
    levels = torch.tensor([0, 1, 77, 128, 254, 255], dtype=torch.uint8)
    images = torch.cartesian_prod(levels, levels, levels).T.reshape(1, 3, 12, 18)
    assert torch.equal(colour.turn_hue(images, torch.zeros(1)), images)
    assert torch.equal(colour.turn_hue(images, torch.ones(1)), images)


@pytest.mark.parametrize("name", ["sharpness", "contrast", "equalize", "autocontrast", "turn_hue"])
def test_an_image_is_changed_by_its_own_levels_alone(name):
    images = torch.randint(0, 256, (13, 3, 7, 9), dtype=torch.uint8)
    change, numbers = getattr(colour, name), torch.linspace(0.1, 1.9, 13)
    given = () if name in ("equalize", "autocontrast") else (numbers,)
    together = change(images, *given)
    for place in range(13):
        mine = slice(place, place + 1)
        alone = change(images[mine], *(number[mine] for number in given))
        assert torch.equal(alone, together[mine])
