"""Closed forms of torch modules, held against what the modules themselves do at real sizes."""

from itertools import islice

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import striate


class UNet(nn.Module):
    """Two levels, functional pooling, transposed convolutions: fits multiples of four."""

    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)])
        self.bottom = nn.Conv2d(8, 8, 3, padding=1)
        self.up = nn.ModuleList([nn.ConvTranspose2d(8, 4, 2, 2), nn.ConvTranspose2d(12, 4, 2, 2)])

    def forward(self, x):
        one = F.relu(self.down[0](x))
        two = F.relu(self.down[1](F.max_pool2d(one, 2)))
        three = self.bottom(F.max_pool2d(two, 2))
        joined = torch.cat([two, self.up[0](three)], 1)
        return torch.cat([one, self.up[1](joined)], 1)


class Resized(nn.Module):
    """Enlarged to whatever size came in."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, stride=2, padding=1)

    def forward(self, x):
        return F.interpolate(self.conv(x), size=x.shape[-2:]) + x


def flat(features):
    layers = [nn.Conv2d(1, 4, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(features, 5)]
    return nn.Sequential(*layers)


def shape(module, size):
    """What the module really gives; None if it raises."""
    try:
        with torch.no_grad():
            return tuple(module(torch.zeros(1, *size)).shape[1:])
    except RuntimeError:
        return None


@pytest.mark.parametrize(
    ("module", "size", "fits"),
    [
        (UNet(), "3xHxW", "4*n: 4, 8, 12, 16, ..."),
        (flat(4 * 14 * 14), "1xHxH", "only 29, 30"),
        (flat(4 * 14 * 9), "1x29xW", "only 19, 20"),
        (Resized(), "1xHxW", "all"),
        (nn.Sequential(nn.Conv1d(2, 4, 5, stride=3), nn.MaxPool1d(2)), "2xT", "all from 8 on"),
    ],
)
def test_modules_in_letters(module, size, fits):
    plan = striate.plan(module, input=size)
    assert {one.fits.says for one in plan.found} == {fits}
    last = plan.rows[-1]
    for n in range(1, 34):
        numbers = dict.fromkeys(plan.size.letters, n)
        real = shape(module, plan.size.at(numbers))
        assert (real is not None) == all(n in one.fits for one in plan.found), n
        if real is not None:
            assert tuple(eval(str(form), {}, numbers) for form in last.size) == real, n


def test_what_a_module_does_otherwise_at_other_sizes_is_said():
    class Fickle(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3, padding=1)

        def forward(self, x):
            x = self.conv(x)
            return F.max_pool2d(x, 2) if x.shape[-1] % 2 else F.relu(x)

    plan = striate.plan(Fickle(), input="1xHxW")
    assert plan.status == "unknown"
    assert plan.surprises[0].startswith("what it does is not the same at every size")
    assert any("it has other layers" in surprise for surprise in plan.surprises)
    assert "nothing is known" in plan.found[1].fits.says


def test_planning_in_letters_leaves_the_module_as_it_is():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout()).train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    state = torch.get_rng_state()
    striate.plan(module, input="3xHxW")
    assert module.training
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


class Windowed(nn.Module):
    """Parted into windows of 4x4 behind a stride of 4: sizes nearby part alike, and few fit."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(3, 8, 4, stride=4)

    def forward(self, x):
        x = self.embed(x)
        n, channels, height, width = x.shape
        parted = x.view(n, channels, height // 4, 4, width // 4, 4)
        return parted.permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, channels)


def test_behind_a_stride_nothing_is_taken_for_constant():
    made = striate.plan(Windowed(), input="3xHx32")
    assert all("H" in str(row.size) or "?" in str(row.size) for row in made.rows)
    fits = [n for n in range(1, 65) if n in set(islice(made.found[0].fits, 64))]
    assert fits == [n for n in range(1, 65) if n // 4 % 4 == 0 and n > 3]
