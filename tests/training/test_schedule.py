"""The learning rate is checked against torch's cosine and against interpolation by NumPy."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from torch.optim.lr_scheduler import CosineAnnealingLR

from striate.training import Recipe
from striate.training.schedule import rate


def rates(steps, **options):
    return [rate(step, steps, Recipe(**options)) for step in range(steps)]


def test_cosine_is_that_of_torch():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    schedule = CosineAnnealingLR(optimizer, T_max=17)
    expected = []
    for _ in range(17):
        expected.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert rates(17, lr=0.3, schedule="cosine", warmup=0) == pytest.approx(expected)


def test_one_cycle_is_two_straight_lines():
    corners = np.interp(np.arange(20), [-1, 5, 20], [0, 0.4, 0])
    assert rates(20, lr=0.4, warmup=0.25) == pytest.approx(corners.tolist())


def test_constant_stays_after_its_rise():
    assert rates(8, lr=0.4, schedule="constant", warmup=0.25) == pytest.approx(
        [0.4 / 3, 0.8 / 3] + [0.4] * 6
    )


@given(
    steps=some.integers(1, 300),
    warmup=some.floats(0, 0.99),
    schedule=some.sampled_from(["one-cycle", "cosine", "constant"]),
)
def test_the_rate_is_positive_and_its_highest_is_lr(steps, warmup, schedule):
    found = rates(steps, lr=0.1, warmup=warmup, schedule=schedule)
    assert min(found) > 0
    assert max(found) <= 0.1
    if warmup * steps <= steps - 1:
        assert max(found) == pytest.approx(0.1)
