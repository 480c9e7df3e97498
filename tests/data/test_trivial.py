"""TrivialAugment: the published operations, each as likely, each as strong as published."""

import hashlib

import numpy as np
import pytest
import torch

from striate.data.augmentation import colour
from striate.data.augmentation.trivial import CHANGES, MOVES, change, drawn, moving, operations
from striate.data.chance import Draws

PUBLISHED = {
    *("identity", "autocontrast", "equalize", "rotate", "solarize", "color", "posterize"),
    *("contrast", "brightness", "sharpness", "shear x", "shear y", "translate x", "translate y"),
}


def test_the_operations_are_the_published_ones_and_grey_has_no_colour():
    assert set(operations(3)) == PUBLISHED
    assert len(operations(3)) == 14
    assert set(operations(1)) == PUBLISHED - {"color"}


def test_all_are_as_likely_at_every_strength_and_either_sign():
    name, strength, sign = drawn(Draws(0, 0, np.arange(56_000)), 3)
    counts = np.unique(name, return_counts=True)[1]
    assert ((counts - 4000) ** 2 / 4000).sum() < 35  # 13 degrees: above in 1 of 1000
    steps, counts = np.unique(np.rint(strength * 30), return_counts=True)
    assert steps.tolist() == list(range(31))
    expected = 56_000 / 31
    assert ((counts - expected) ** 2 / expected).sum() < 60  # 30 degrees: above in 1 of 1000
    assert abs(sign.mean()) < 0.015


@pytest.mark.parametrize("wide", [True, False])
def test_moves_reach_as_far_as_is_said(wide):
    draws = Draws(0, 0, np.arange(5000))
    name, strength, _ = drawn(draws, 3)
    maps = moving(draws, 3, (32, 64), wide=wide)
    still = ~np.isin(name, MOVES) | (strength == 0)
    assert (maps[still] == np.eye(2, 3)).all()
    turns = np.rad2deg(np.arctan2(maps[:, 0, 1], maps[:, 0, 0]))[name == "rotate"]
    assert np.abs(turns).max() == pytest.approx(135 if wide else 30)
    leans = np.abs(maps[name == "shear x"][:, 1, 0]).max()
    assert leans == pytest.approx(0.99 if wide else 0.3)
    assert np.abs(maps[name == "shear y"][:, 0, 1]).max() == pytest.approx(leans)
    moves = [np.abs(maps[name == f"translate {axis}"][:, :, 2]).max(0) for axis in "yx"]
    assert moves[0].tolist() == [10, 0]
    assert moves[1].tolist() == [0, 20]


def test_levels_change_as_strongly_as_published():
    image = torch.randint(0, 256, (1, 3, 9, 9), dtype=torch.uint8)

    def by(name, strength, sign):
        return CHANGES[name](image, np.array([strength]), np.array([sign]))

    one = torch.ones(1)
    for name, ours in (("color", colour.saturation), ("sharpness", colour.sharpness)):
        assert torch.equal(by(name, 1.0, -1.0), ours(image, 0.01 * one))
        assert torch.equal(by(name, 1.0, 1.0), ours(image, 1.99 * one))
        assert torch.equal(by(name, 0.0, 1.0), image)
    assert torch.equal(by("solarize", 1.0, 1.0), 255 - image)
    assert torch.equal(by("solarize", 0.0, 1.0), image)
    assert torch.equal(by("posterize", 1.0, 1.0), image & 192)
    assert torch.equal(by("posterize", 0.0, 1.0), image)


def test_each_image_gets_the_change_that_is_drawn_for_it():
    images, draws = (
        torch.randint(0, 256, (90, 3, 9, 9), dtype=torch.uint8),
        Draws(0, 0, np.arange(90)),
    )
    changed = change(images, draws)
    name, strength, sign = drawn(draws, 3)
    for place in range(90):
        image = images[place : place + 1]
        if name[place] in CHANGES:
            mine = slice(place, place + 1)
            image = CHANGES[name[place]](image, strength[mine], sign[mine])
        assert torch.equal(changed[place], image[0])
    before = hashlib.sha256(images.numpy().tobytes()).digest()
    change(images, draws)
    assert hashlib.sha256(images.numpy().tobytes()).digest() == before
