"""Views, parts, and what is written into them: what each unit sees, judged by the gradient.

The weights are positive, so a pixel is seen exactly where the gradient of a unit is not zero.
"""

from itertools import product

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from striate.inspection import inspect
from striate.planning.fields import sights_of
from striate.planning.regions import region_of

SIZE = (4, 8, 9)


class Parted(nn.Module):
    """Something is done to what a positive convolution gives, and to the input itself."""

    def __init__(self, does):
        super().__init__()
        self.conv, self.does = nn.Conv2d(4, 4, 3, padding=1, bias=False), does
        with torch.no_grad():
            self.conv.weight.uniform_(0.5, 1)

    def forward(self, x):
        return self.does(self.conv(x), x)


def written_into_a_channel(y, x):
    y = y.clone()
    y[:, 1:3] = x[:, :2]
    return y


def written_through_a_view(y, x):
    made = x.clone()
    part = made[:, :2]
    part.copy_(y[:, 2:])
    return made * 2


def written_through_the_base(y, x):
    made = x.clone()
    part = made.view(1, 2, 2, 8, 9)
    made.copy_(y)
    return part.sum(1)


def shuffled(y, x):
    return y.view(1, 2, 2, 8, 9).transpose(1, 2).reshape(1, 4, 8, 9)


def filled(y, x):
    made = torch.zeros(1, 8, 8, 9, dtype=y.dtype)
    made[:, 4:] = y
    made[:, :4] = x
    return made


EXACT = {
    "every second row": lambda y, x: y[:, :, 1::2],
    "rows and columns": lambda y, x: y[..., 2:7, 1:-1],
    "narrow": lambda y, x: y.narrow(3, 2, 4),
    "a negative pad": lambda y, x: F.pad(y, (-1, -2, -3, 0)),
    "a channel range": lambda y, x: y[:, 1:3],
    "channels by index": lambda y, x: y[:, torch.tensor([2, 0])],
    "channels by mask": lambda y, x: y[:, torch.tensor([True, False, False, True])],
    "index_select": lambda y, x: y.index_select(1, torch.tensor([3, 1])),
    "chunk": lambda y, x: y.chunk(2, 1)[1] + x.chunk(2, 1)[0],
    "chunk of columns": lambda y, x: torch.chunk(y, 3, dim=3)[2],
    "split": lambda y, x: y.split([1, 3], dim=1)[1],
    "mean of channels": lambda y, x: y.mean(1, keepdim=True) * x,
    "softmax of channels": lambda y, x: y.softmax(1),
    "normalised channels": lambda y, x: F.normalize(y),
    "channels turned last and back": lambda y, x: F.relu(y.permute(0, 2, 3, 1)).movedim(-1, 1),
    "channel shuffle": shuffled,
    "pixel shuffle": lambda y, x: F.pixel_shuffle(y, 2),
    "pixel unshuffle": lambda y, x: F.pixel_unshuffle(y[..., :8], 2),
    "rows joined by a matrix": lambda y, x: y @ torch.ones(9, 5, dtype=y.dtype),
    "softmax along rows": lambda y, x: (y + 1e-3).softmax(3),
    "an equation over channels": lambda y, x: torch.einsum("bchw,oc->bohw", y, y.new_ones(2, 4)),
    "written into a channel": written_into_a_channel,
    "written through a view": written_through_a_view,
    "written through the base": written_through_the_base,
    "a result filled in parts": filled,
    "channels that are made up": lambda y, x: torch.cat([y, torch.ones(1, 2, 8, 9).to(y)], 1),
    "+= in place": lambda y, x: y.clone().add_(x).relu_(),
    "out=": lambda y, x: torch.mul(y.detach() * 0 + y, x),
    "group norm": lambda y, x: F.group_norm(y + x, 2),
}

UNKNOWN = {
    "roll": lambda y, x: torch.roll(y, 1, 2),
    "flip": lambda y, x: y.flip(3),
    "turned against itself": lambda y, x: y[..., :8] + y[..., :8].transpose(2, 3),
    "corners aligned": lambda y, x: F.interpolate(y, 16, mode="bilinear", align_corners=True),
    "max unpool": lambda y, x: F.max_unpool2d(*F.max_pool2d(y, 2, return_indices=True), 2),
    "rows by index": lambda y, x: y[:, :, torch.tensor([3, 1])],
    "written into some rows": lambda y, x: y.clone().index_fill_(2, torch.tensor([1]), 0.0),
    "joined along rows": lambda y, x: torch.cat([y, x], 2),
    "over the batch": lambda y, x: y.softmax(0),
}


def seen(does, unit):
    """The box of the pixels whose gradient is not zero."""
    module = Parted(does).double()
    x = (torch.rand(1, *SIZE, dtype=torch.float64) + 0.1).requires_grad_()
    made = module(x)[(0, slice(None), *unit)]
    weights = torch.rand(made.shape, dtype=torch.float64)
    (gradient,) = torch.autograd.grad((made * weights).sum(), x)
    places = gradient[0].abs().sum(0).nonzero()
    return tuple((int(column.min()), int(column.max())) for column in places.T)


@pytest.mark.parametrize("name", EXACT)
def test_every_unit_sees_what_the_gradient_reaches(name):
    network = inspect(Parted(EXACT[name]), SIZE)
    number = network.outputs[0]
    node = network.nodes[number]
    assert sights_of(network)[number].field.trust in ("exact", "whole input")
    corners = product(*((0, n // 2, n - 1) for n in node.size[1:]))
    for unit in corners:
        assert region_of(network, node.path, unit).box == seen(EXACT[name], unit), unit


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_is_said(name):
    network = inspect(Parted(UNKNOWN[name]), SIZE)
    number = network.outputs[0]
    reasons = [getattr(node.layer, "reason", "") for node in network.nodes]
    assert sights_of(network)[number].field.trust == "unknown"
    assert any(reasons)


def test_a_shuffle_of_channels_costs_no_rows():
    paths = [node.path for node in inspect(Parted(shuffled), SIZE).nodes]
    assert paths == ["input", "conv"]


def test_dropout_in_evaluation_overwrites_nothing():
    class Dropped(nn.Module):
        def forward(self, x):
            y = F.dropout(x, 0.5, self.training)
            return y + x

    network = inspect(Dropped(), SIZE)
    assert [(node.path, node.inputs, node.overwrites) for node in network.nodes[1:]] == [
        ("dropout", (0,), False),
        ("+", (1, 0), False),
    ]
