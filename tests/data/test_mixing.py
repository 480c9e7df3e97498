"""Mixing is checked against NumPy, one image at a time, and its shares against what is shown."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data.augmentation.mixing import Mixing, blend, mix
from striate.data.chance import Draws
from striate.errors import OptionError


def constant(level, count, shape=(1, 16, 12)):
    return torch.full((count, *shape), level, dtype=torch.uint8)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 999), st.integers(0, 256))
def test_a_blend_is_the_mean_to_the_nearest_level(seed, weight):
    noise = np.random.default_rng(seed)
    one, other = noise.integers(0, 256, (2, 3, 3, 4, 5), dtype=np.uint8)
    found = blend(*map(torch.from_numpy, (one, other)), np.full(3, weight))
    expected = (one * (weight / 256) + other * (1 - weight / 256)).astype(np.float64)
    assert np.array_equal(found.numpy(), np.floor(expected + 0.5))


def test_the_share_is_what_is_shown():
    own, others = constant(0, 400), constant(255, 400)
    for mixing in (Mixing(mixup=1), Mixing(cutmix=1), Mixing(0.4, 0.4)):
        mixed, share = mix(own, others, mixing, Draws(0, 0, np.arange(400)))
        shown = 1 - mixed.double().mean((1, 2, 3)) / 255
        # a blend is rounded to a level, by half of one in 255
        assert float((shown - share).abs().max()) <= 0.5 / 255 + 1e-6
        assert share.dtype == torch.float32
        assert 0 <= float(share.min()) <= float(share.max()) <= 1


def test_as_many_are_mixed_as_is_asked_for_each_in_one_way():
    own, others = constant(0, 8000, (1, 24, 24)), constant(255, 8000, (1, 24, 24))
    mixed, share = mix(own, others, Mixing(0.3, 0.2), Draws(0, 0, np.arange(8000)))
    parts = mixed.flatten(1).amin(1) != mixed.flatten(1).amax(1)
    blended = (mixed.flatten(1).amin(1) > 0) & ~parts
    # some are of a share so near to 0 or 1 that nothing of one of the two is seen
    assert abs(float(parts.double().mean()) - 0.2) < 0.02
    assert abs(float(blended.double().mean()) - 0.3) < 0.03
    assert bool((share[~parts & ~blended] > 1 - 1 / 255).all())


def test_blends_favour_the_ends_and_cuts_have_every_area():
    draws = Draws(0, 0, np.arange(20_000))
    own, others = constant(0, 20_000, (1, 8, 8)), constant(255, 20_000, (1, 8, 8))
    share = mix(own, others, Mixing(mixup=1), draws)[1].double().numpy()
    # Beta(1/2, 1/2): mean 1/2, variance 1/8, a third below 1/4
    assert abs(share.mean() - 0.5) < 0.01
    assert abs(share.var() - 0.125) < 0.003
    assert abs((share < 0.25).mean() - 1 / 3) < 0.01
    share = mix(own, others, Mixing(cutmix=1), draws)[1].double().numpy()
    assert abs(share.mean() - 0.5) < 0.02


def test_a_mix_depends_on_the_image_and_its_partner_alone():
    own, others = torch.randint(0, 256, (2, 30, 3, 9, 7), dtype=torch.uint8)
    mixing, index = Mixing(0.5, 0.5), np.arange(100, 130)
    mixed, share = mix(own, others, mixing, Draws(1, 2, index))
    some = np.array([7, 29, 3])
    less, fewer = mix(own[some], others[some], mixing, Draws(1, 2, index[some]))
    assert torch.equal(less, mixed[some])
    assert torch.equal(fewer, share[some])
    again = mix(own, others, mixing, Draws(1, 3, index))[1]
    assert not torch.equal(again, share)


def test_the_images_themselves_stay_as_they_are():
    own, others = constant(10, 20), constant(90, 20)
    mix(own, others, Mixing(0.5, 0.5), Draws(0, 0, np.arange(20)))
    assert torch.equal(own, constant(10, 20))
    assert torch.equal(others, constant(90, 20))


def test_more_than_all_images_cannot_be_mixed():
    with pytest.raises(OptionError, match=r"mixup = 0\.7 and cutmix = 0\.4 of the images are more"):
        Mixing(0.7, 0.4)
