"""Nets for small images: LeNet-5, network in network, a fast one, and an auto-encoder."""

from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TABLE = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
)
"""Which maps of S2 each map of C3 reads (LeCun and others 1998, table I)."""


class ByTable(nn.Module):
    """A convolution whose every filter reads the maps that the table gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(sum(map(len, TABLE)), 5, 5))
        self.bias = nn.Parameter(torch.randn(len(TABLE)))

    def forward(self, x: Tensor) -> Tensor:
        ends = pairwise(accumulate(map(len, TABLE), initial=0))
        maps = [
            F.conv2d(x[:, list(row)], self.weight[None, first:last], bias[None])
            for row, (first, last), bias in zip(TABLE, ends, self.bias, strict=True)
        ]
        return torch.cat(maps, 1)


class LeNet5(nn.Module):
    """Of 32x32 digits; the pools average, and C3 reads by the table."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = ByTable()
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = torch.tanh(self.c5(x)).flatten(1)
        return self.output(torch.tanh(self.f6(x)))


class NiN(nn.Sequential):
    """Three blocks of a window and two layers over the channels, for 32x32 images."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__(
            *self.block(3, 192, 160, 96, 5, padding=2),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.Dropout(0.5),
            *self.block(96, 192, 192, 192, 5, padding=2),
            nn.AvgPool2d(3, 2, ceil_mode=True),
            nn.Dropout(0.5),
            *self.block(192, 192, 192, classes, 3, padding=1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )

    @staticmethod
    def block(
        channels: int, one: int, two: int, three: int, kernel: int, **how: int
    ) -> list[nn.Module]:
        """A window and two layers over the channels, each with its ReLU."""
        return [
            *(nn.Conv2d(channels, one, kernel, **how), nn.ReLU()),
            *(nn.Conv2d(one, two, 1), nn.ReLU()),
            *(nn.Conv2d(two, three, 1), nn.ReLU()),
        ]


class NiNImageNet(nn.Sequential):
    """Four blocks, for 224x224 images."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__(
            *NiN.block(3, 96, 96, 96, 11, stride=4),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            *NiN.block(96, 256, 256, 256, 5, padding=2),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            *NiN.block(256, 384, 384, 384, 3, padding=1),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            nn.Dropout(0.5),
            *NiN.block(384, 1024, 1024, classes, 3, padding=1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )


class Fast(nn.Module):
    """64, 256 and 256 channels, pooled before the norm."""

    def __init__(self, channels: int = 3, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, 24, 2)
        self.blocks = nn.ModuleList(
            nn.ModuleList(
                [
                    *(nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)),
                    *(nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)),
                ]
            )
            for before, after in ((24, 64), (64, 256), (256, 256))
        )
        self.last = nn.Linear(256, classes, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.first(x))
        for one, norm_one, two, norm_two in self.blocks:
            x = F.gelu(norm_one(F.max_pool2d(one(x), 2)))
            x = F.gelu(norm_two(two(x)))
        return self.last(x.amax((2, 3)))


class AutoEncoder(nn.Module):
    """Two steps down and two up again, to the size of what came in."""

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, 16, 3, 2, 1, bias=False)
        self.down_norm = nn.BatchNorm2d(16)
        self.narrow = nn.Conv2d(16, 8, 3, 2, 1)
        self.up = nn.ConvTranspose2d(8, 16, 3, 2, 1, bias=False)
        self.up_norm = nn.BatchNorm2d(16)
        self.image = nn.ConvTranspose2d(16, channels, 3, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        half = F.relu(self.down_norm(self.down(x)))
        y = self.up(self.narrow(half), output_size=half.shape[2:])
        return self.image(F.relu(self.up_norm(y)), output_size=x.shape[2:])
