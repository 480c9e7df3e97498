"""data.geometry is checked against loops over pixels, and its directions against Pillow."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data.augmentation.geometry import about_centre, after, into, leaned, look, turned


def mirrored(place, size):
    """The pixel at a place along an axis, going back at the first and last one."""
    last = size - 1
    if not last:
        return 0
    place %= 2 * last
    return min(place, 2 * last - place)


def seen(image, map):
    """What a view sees of one image (channel, row, column), pixel by pixel, in float64."""
    _, height, width = image.shape
    view = np.zeros(image.shape)
    for row in range(height):
        for column in range(width):
            down, right = map @ [row, column, 1]
            above, before = math.floor(down), math.floor(right)
            for r in (above, above + 1):
                for c in (before, before + 1):
                    weight = (1 - abs(down - r)) * (1 - abs(right - c))
                    view[:, row, column] += (
                        weight * image[:, mirrored(r, height), mirrored(c, width)]
                    )
    return view


@st.composite
def looks(draw):
    """Images and a map for each."""
    noise = np.random.default_rng(draw(st.integers(0, 9999)))
    shape = (*(draw(st.integers(1, 3)) for _ in range(2)), *(draw(st.integers(1, 9)) for _ in "hw"))
    images = torch.from_numpy(noise.integers(0, 256, shape, dtype=np.uint8))
    linear = turned(noise.uniform(-180, 180, shape[0])) @ leaned(
        *noise.uniform(-1, 1, (2, shape[0]))
    )
    linear = linear / noise.uniform(0.5, 2, (shape[0], 1, 1))
    return images, about_centre(linear, noise.uniform(-20, 20, (shape[0], 2)), shape[2:])


@settings(deadline=None, max_examples=60)
@given(looks())
def test_a_look_is_bilinear_and_mirrored_at_the_borders(case):
    images, maps = case
    for view, image, map in zip(look(images, maps).numpy(), images.numpy(), maps, strict=True):
        # half a level of rounding, and places in float32: 30 pixels err by 4e-6, of 255 levels
        assert np.abs(view - seen(image, map)).max() <= 0.5 + 0.005


def test_whole_moves_and_quarter_turns_are_exact():
    images = torch.randint(0, 256, (4, 3, 11, 11), dtype=torch.uint8)
    maps = about_centre(turned([0, 90, 180, 270]), np.zeros((4, 2)), (11, 11))
    for quarter, view in enumerate(look(images, maps)):
        assert torch.equal(view, torch.rot90(images[quarter], quarter, (1, 2)))
    maps = about_centre(turned([0] * 4), np.array([[2, 0], [0, 3], [0, 0], [-1, -1]]), (11, 11))
    views = look(images, maps)
    assert torch.equal(views[0, :, :9], images[0, :, 2:])
    assert torch.equal(views[1, :, :, :8], images[1, :, :, 3:])
    assert torch.equal(views[2], images[2])
    assert torch.equal(views[3, :, 1:, 1:], images[3, :, :-1, :-1])


@pytest.mark.parametrize("degrees", [20, -75, 135])
def test_views_are_turned_as_pillow_turns(degrees):
    rows, columns = np.mgrid[:41, :41]
    image = (127 + 100 * np.sin(rows / 5) * np.cos(columns / 7)).astype(np.uint8)
    pillow = Image.fromarray(image).rotate(degrees, Image.Resampling.BILINEAR)
    maps = about_centre(turned([degrees]), np.zeros((1, 2)), (41, 41))
    ours = look(torch.from_numpy(image)[None, None], maps)[0, 0].numpy()
    inside = np.hypot(rows - 20, columns - 20) < 18  # beyond, Pillow fills with black
    # Pillow rounds the places to 1/65536 and the levels down
    assert np.abs(ours.astype(int) - np.asarray(pillow))[inside].max() <= 1


def test_views_lean_as_pillow_leans():
    image = np.random.default_rng(0).integers(0, 256, (21, 21), dtype=np.uint8)
    smooth = Image.fromarray(image).resize((63, 63), Image.Resampling.BICUBIC)
    lean, middle = 0.4, 31.5  # for Pillow, the first pixel is in the middle at 0.5
    matrix = (1, lean, -lean * middle, 0, 1, 0)  # of (column, row, 1)
    pillow = smooth.transform((63, 63), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    maps = about_centre(leaned([0], [lean]), np.zeros((1, 2)), (63, 63))
    levels = torch.from_numpy(np.asarray(smooth).copy())[None, None]
    ours, expected = look(levels, maps)[0, 0].numpy().astype(int), np.asarray(pillow).astype(int)
    inside = slice(16, 47)
    assert np.abs(ours - expected)[10:53, inside].max() <= 1


def test_a_box_fills_the_view():
    image = torch.arange(64, dtype=torch.uint8).reshape(1, 1, 8, 8)
    maps = into(np.array([[2, 4, 4, 4]]), (8, 8))
    expected = np.asarray(
        Image.fromarray(image[0, 0].numpy()).resize(
            (8, 8), Image.Resampling.BILINEAR, box=(4, 2, 8, 6)
        )
    ).astype(int)
    found = look(image, maps)[0, 0].numpy().astype(int)
    assert np.abs(found - expected)[1:-1, 1:-1].max() <= 1  # at its edge, Pillow stays in the box
    assert torch.equal(look(image, into(np.array([[0, 0, 8, 8]]), (8, 8))), image)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 9999))
def test_one_map_after_another(seed):
    noise = np.random.default_rng(seed)
    first, second = noise.normal(size=(2, 3, 2, 3))
    place = np.array([3.0, 5.0, 1.0])
    between = np.append(first[1] @ place, 1)
    assert np.allclose(after(first, second)[1] @ place, second[1] @ between)


def test_a_view_is_the_same_in_any_company_and_by_any_number_of_threads():
    images = torch.randint(0, 256, (33, 3, 29, 31), dtype=torch.uint8)
    noise = np.random.default_rng(5)
    maps = about_centre(turned(noise.uniform(-90, 90, 33)), noise.normal(size=(33, 2)), (29, 31))
    together, threads = look(images, maps), torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        assert torch.equal(look(images, maps), together)
    finally:
        torch.set_num_threads(threads)
    for place in range(33):
        alone = look(images[place : place + 1], maps[place : place + 1])
        assert torch.equal(alone[0], together[place])
