"""SqueezeNet (Iandola and others 2016) in both versions: fire modules, and no linear layer."""

import torch
from torch import Tensor, nn


class Fire(nn.Module):
    """Few 1x1 filters, then 1x1 and 3x3 side by side."""

    def __init__(self, inplanes: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inplanes, squeeze, kernel_size=1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeeze, expand, kernel_size=1)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeeze, expand, kernel_size=3, padding=1)
        self.expand3x3_activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze_activation(self.squeeze(x))
        return torch.cat(
            [
                self.expand1x1_activation(self.expand1x1(x)),
                self.expand3x3_activation(self.expand3x3(x)),
            ],
            1,
        )


def halve() -> nn.MaxPool2d:
    """The pool whose last window may hang over."""
    return nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)


def first() -> nn.Sequential:
    """Version 1.0: wide and late to pool."""
    return nn.Sequential(
        nn.Conv2d(3, 96, kernel_size=7, stride=2),
        nn.ReLU(inplace=True),
        halve(),
        Fire(96, 16, 64),
        Fire(128, 16, 64),
        Fire(128, 32, 128),
        halve(),
        Fire(256, 32, 128),
        Fire(256, 48, 192),
        Fire(384, 48, 192),
        Fire(384, 64, 256),
        halve(),
        Fire(512, 64, 256),
    )


def second() -> nn.Sequential:
    """Version 1.1: as good, for less than half the products."""
    return nn.Sequential(
        nn.Conv2d(3, 64, kernel_size=3, stride=2),
        nn.ReLU(inplace=True),
        halve(),
        Fire(64, 16, 64),
        Fire(128, 16, 64),
        halve(),
        Fire(128, 32, 128),
        Fire(256, 32, 128),
        halve(),
        Fire(256, 48, 192),
        Fire(384, 48, 192),
        Fire(384, 64, 256),
        Fire(512, 64, 256),
    )


class SqueezeNet(nn.Module):
    """Features of either version, and a convolution for a classifier."""

    def __init__(self, version: str = "1_1", classes: int = 1000) -> None:
        super().__init__()
        self.features = {"1_0": first, "1_1": second}[version]()
        self.classifier = nn.Sequential(
            nn.Dropout(p=0.5),
            nn.Conv2d(512, classes, kernel_size=1),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d((1, 1)),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.classifier(x)
        return torch.flatten(x, 1)
