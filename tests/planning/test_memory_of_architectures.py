"""Modules in plain torch, as people write them: what training keeps of them, storage by storage."""

import pytest
import torch
from inspection.architectures import ARCHITECTURES
from storages import saved
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

import striate

NAMES = (
    *("vgg11_bn", "resnet18", "squeezenet1_1", "mobilenet_v2", "densenet121"),
    *("googlenet", "convnext_tiny"),
)


@pytest.mark.parametrize("name", NAMES)
def test_architectures(name):
    size = (3, 96, 96)
    with torch.device("meta"):
        model = ARCHITECTURES[name]().train()
        found = saved(model, torch.zeros(2, *size))
    total = striate.plan(model, input=size).memory(2).totals["saved"]
    assert (total.value, total.status) == (found, "exact")


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = (nn.Conv2d(8, 8, 3, padding=1, bias=False) for _ in "ab")
        self.norm, self.relu = nn.BatchNorm2d(8), nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.b(self.relu(self.norm(self.a(x))))
        y += x
        return self.relu(y)


class Checkpointed(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.blocks = nn.Conv2d(3, 8, 3), nn.ModuleList(Block() for _ in "12")

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False)
        return x.mean((2, 3))


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.gate = nn.Conv2d(3, 8, 3), nn.Linear(8, 8)

    def forward(self, x):
        x = F.silu(self.stem(x))
        gate = torch.sigmoid(self.gate(x.mean((2, 3))))
        return x * gate[:, :, None, None]


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.head = nn.Linear(8, 5)
        self.body.requires_grad_(False)

    def forward(self, x):
        return self.head(F.relu(self.body(x)).amax((2, 3)))


class Parted(nn.Module):
    """A part of a value keeps all of it in memory."""

    def __init__(self):
        super().__init__()
        self.stem, self.part = nn.Conv2d(3, 8, 3), nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        first, second = self.stem(x).chunk(2, 1)
        return torch.cat((first, F.silu(self.part(second))), 1)[:, :, :-1].tanh()


class Frames(nn.Module):
    """A network whose first weights are those of an operation that no record describes."""

    def __init__(self):
        super().__init__()
        self.cell, self.head = nn.GRUCell(256, 8), nn.Linear(8, 5)

    def forward(self, x):
        state = x.new_zeros(x.shape[0], 8)
        for frame in x.unbind(1):
            state = self.cell(frame.flatten(1), state)
        return self.head(state)


WRITTEN = {
    "parted": Parted,
    "frames": Frames,
    "enlarged": lambda: nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), nn.BatchNorm2d(4)),
        *(nn.ReLU(), nn.ConvTranspose2d(4, 2, 3, 2, 1, output_padding=1), nn.Tanh()),
    ),
    "in place": lambda: nn.Sequential(nn.Conv2d(3, 8, 3), Block(), Block(), nn.MaxPool2d(2)),
    "checkpointed": Checkpointed,
    "gated": Gated,
    "frozen": Frozen,
    "norms": lambda: nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.GroupNorm(2, 8), nn.ReLU6(inplace=True), nn.Conv2d(8, 4, 1)),
        *(nn.InstanceNorm2d(4, affine=True), nn.Hardswish(inplace=True), nn.PReLU()),
        *(nn.AvgPool2d(2), nn.Dropout(), nn.Flatten(), nn.Linear(4 * 7 * 7, 3)),
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_styles(name):
    model = WRITTEN[name]().train()
    found = saved(model, torch.rand(2, 3, 16, 16))
    total = striate.plan(model, input=(3, 16, 16)).memory(2).totals["saved"]
    assert (total.value, total.status) == (found, "exact")
