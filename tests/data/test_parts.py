"""Parts of images: boxes lie within them and have the areas and shapes that are asked for."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data.augmentation.erasing import cover, erase
from striate.data.augmentation.parts import boxes, crops, inside
from striate.data.chance import CROP, ERASURE, Draws

sides = st.integers(1, 400)


@settings(deadline=None)
@given(sides, sides, sides, sides, st.floats(0.05, 1), st.integers(0, 99))
def test_a_crop_lies_within_its_image(height, width, tall, wide, least, seed):
    draws = Draws(seed, 1, np.arange(9))
    found = crops((height, width), (tall, wide), draws, least)
    assert found.dtype == torch.int64
    top, left, high, broad = found.unbind(1)
    assert int(top.min()) >= 0
    assert int(left.min()) >= 0
    assert int(high.min()) >= 1
    assert int(broad.min()) >= 1
    assert int((top + high).max()) <= height
    assert int((left + broad).max()) <= width


def test_areas_and_shapes_are_those_asked_for_and_every_place_is_met():
    draws = Draws(0, 0, np.arange(20_000))
    found = boxes((300, 300), draws, CROP, areas=(0.1, 0.5), ratios=(0.5, 2))
    top, left, high, wide = found.T
    area, ratio = high * wide / 300**2, np.log(wide / high)
    # a side is rounded by half a pixel of at least 67
    assert 0.1 * 0.985 < area.min() < 0.102
    assert 0.498 < area.max() < 0.5 * 1.015
    assert abs(area.mean() - 0.3) < 0.004
    assert abs(ratio.mean()) < 0.015
    assert 0.67 < ratio.max() < 0.72
    for start, extent in ((top, high), (left, wide)):
        assert abs((start / (300 - extent)).mean() - 0.5) < 0.01
        assert (start == 0).any()
        assert (start + extent == 300).any()
    drawn = np.corrcoef([area, ratio, top / (300 - high), left / (300 - wide)])
    assert np.abs(drawn - np.eye(4)).max() < 0.03  # four deviations of 1/sqrt(20,000)


def test_all_of_an_image_is_within_reach_and_a_crop_has_the_shape_that_is_shown():
    draws = Draws(0, 0, np.arange(500))
    found = crops((100, 200), (100, 200), draws, 1.0).numpy()
    assert (found[:, 2:].max(0) == (100, 200)).all()
    ratios = found[:, 3] / found[:, 2]
    assert 1.45 < ratios.min() < ratios.max() < 2.75


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 99))
def test_inside_is_a_slice(height, width, seed):
    draws = Draws(seed, 0, np.arange(5))
    found = boxes((height, width), draws, CROP, areas=(0, 1), ratios=(1, 1))
    for mask, (top, left, high, wide) in zip(inside(found, height, width), found, strict=True):
        expected = torch.zeros(1, height, width, dtype=torch.bool)
        expected[:, top : top + high, left : left + wide] = True
        assert torch.equal(mask, expected)


def test_a_covered_part_has_the_mean_of_its_image_and_the_rest_stays():
    images = torch.randint(0, 256, (6, 3, 9, 7), dtype=torch.uint8)
    parts = boxes((9, 7), Draws(0, 0, np.arange(6)), ERASURE, areas=(0.1, 0.3), ratios=(1, 1))
    covered = cover(images, parts)
    for image, found, (top, left, high, wide) in zip(images, covered, parts, strict=True):
        expected = image.clone()
        mean = torch.floor(image.double().mean((1, 2)) + 0.5).to(torch.uint8)
        expected[:, top : top + high, left : left + wide] = mean[:, None, None]
        assert torch.equal(found, expected)


def test_the_share_that_is_asked_for_is_covered():
    images = torch.arange(64, dtype=torch.uint8).reshape(1, 1, 8, 8).expand(4000, 1, 8, 8)
    for share in (0.0, 0.25, 1.0):
        covered = erase(images, share, Draws(0, 0, np.arange(4000)))
        changed = (covered != images).flatten(1).any(1).double().mean()
        assert abs(float(changed) - share) < 0.03
