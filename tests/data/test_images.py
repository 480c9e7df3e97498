"""data.images: the centre of a picture, resized by the definition, and the channels asked for."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data import read_image
from striate.data.images import fit, in_channels, is_grey
from striate.errors import DataError

side = st.integers(1, 90)


def noise(*shape):
    return torch.from_numpy(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))


@settings(deadline=None)
@given(side, side, side, side)
@example(8, 8, 1, 1)
def test_every_size_becomes_the_one_asked_for(high, wide, height, width):
    fitted = fit(noise(3, high, wide), height, width)
    assert fitted.shape == (3, height, width)
    assert fitted.dtype == torch.uint8
    assert fitted.is_contiguous()


@settings(deadline=None)
@given(side, side, st.integers(0, 3))
def test_the_right_size_is_left_as_it_is(height, width, count):
    images = noise(count, 1, height, width)
    assert torch.equal(fit(images, height, width), images)


def weights(before, after):
    """Bilinear resizing of one axis by its definition: a triangle as wide as a step, or a pixel."""
    step = before / after
    middles = (np.arange(after) + 0.5) * step
    distances = np.abs(np.arange(before) + 0.5 - middles[:, None]) / max(step, 1)
    triangles = np.maximum(0, 1 - distances)
    return triangles / triangles.sum(axis=1, keepdims=True)


@settings(deadline=None)
@given(st.integers(1, 90), st.integers(0, 40), st.integers(1, 66), st.booleans())
def test_a_square_is_the_centre_resized_by_the_definition(short, more, size, lying):
    picture = noise(3, short, short + more)
    left = more // 2
    centre = picture[:, :, left : left + short]
    if lying:
        picture, centre = picture.transpose(1, 2), centre.transpose(1, 2)
    exact = weights(short, size) @ centre.numpy().astype(float) @ weights(short, size).T
    fitted = fit(picture, size, size).numpy()
    # Columns and rows are rounded in turn, by half a level each; the weights have 16 bits.
    assert np.abs(fitted - exact).max() < 1.01


@settings(deadline=None)
@given(side, side)
def test_many_are_fitted_as_each_alone(high, wide):
    images = noise(3, 1, high, wide)
    together = fit(images, 9, 7)
    assert torch.equal(torch.stack([fit(image, 9, 7) for image in images]), together)


def test_a_part_of_another_shape_is_the_largest_in_the_centre():
    picture = torch.arange(12, dtype=torch.uint8).reshape(1, 2, 6)
    assert fit(picture, 2, 4).tolist() == [[[1, 2, 3, 4], [7, 8, 9, 10]]]
    assert fit(picture.transpose(1, 2), 2, 2).tolist() == [[[2, 8], [3, 9]]]


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=9))
def test_grey_is_what_pillow_calls_grey(colours):
    pixels = torch.tensor(colours, dtype=torch.uint8).T.reshape(3, 1, -1)
    pillow = Image.fromarray(pixels.permute(1, 2, 0).numpy().copy()).convert("L")
    grey = in_channels(pixels, 1)
    assert np.array_equal(grey[0].numpy(), np.asarray(pillow))
    three = in_channels(grey, 3)
    assert is_grey(three.unsqueeze(0))
    assert torch.equal(in_channels(three, 1), grey)


def test_two_channels_are_refused():
    with pytest.raises(DataError, match="2 channels are asked for"):
        in_channels(noise(3, 4, 4), 2)


def test_one_pixel_of_colour_is_colour():
    images = torch.full((2, 3, 4, 4), 9, dtype=torch.uint8)
    assert is_grey(images)
    images[1, 2, 3, 3] = 8
    assert not is_grey(images)


def test_a_file_that_is_no_picture_is_refused_by_its_name(tmp_path):
    (tmp_path / "cat.jpg").write_text("a cat")
    with pytest.raises(DataError, match=r"cat\.jpg: not an image: its bytes") as refused:
        read_image(tmp_path / "cat.jpg", (3, 8, 8))
    assert refused.value.help
    with pytest.raises(DataError, match=r"dog\.jpg: cannot be read: No such file"):
        read_image(str(tmp_path / "dog.jpg"), (3, 8, 8))
