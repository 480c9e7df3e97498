"""MobileNetV2 (Sandler and others 2018): inverted residuals with linear bottlenecks."""

from torch import Tensor, nn
from torch.nn import functional as F

STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, depth and stride of each stage."""


def eights(channels: float) -> int:
    """The nearest multiple of 8, the next one where that is less than nine tenths of it."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8


class ConvNormActivation(nn.Sequential):
    """A convolution that keeps or halves the size, its norm, and ReLU6."""

    def __init__(
        self, inplanes: int, planes: int, kernel: int = 3, stride: int = 1, groups: int = 1
    ) -> None:
        padding = (kernel - 1) // 2
        super().__init__(
            nn.Conv2d(inplanes, planes, kernel, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(planes),
            nn.ReLU6(inplace=True),
        )


class InvertedResidual(nn.Module):
    """Wide inside, narrow outside; a shortcut where the size stays."""

    def __init__(self, inplanes: int, planes: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = round(inplanes * expansion)
        self.use_res_connect = stride == 1 and inplanes == planes
        layers: list[nn.Module] = []
        if expansion != 1:
            layers.append(ConvNormActivation(inplanes, hidden, kernel=1))
        layers += [
            ConvNormActivation(hidden, hidden, stride=stride, groups=hidden),
            nn.Conv2d(hidden, planes, 1, bias=False),
            nn.BatchNorm2d(planes),
        ]
        self.conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        if self.use_res_connect:
            return x + self.conv(x)
        return self.conv(x)


class MobileNetV2(nn.Module):
    """The stages between a first convolution and a wide last one, at a share of their width."""

    def __init__(self, classes: int = 1000, *, dropout: float = 0.2, width: float = 1) -> None:
        super().__init__()
        channels, last = eights(32 * width), eights(1280 * max(1, width))
        features: list[nn.Module] = [ConvNormActivation(3, channels, stride=2)]
        for expansion, whole, depth, stride in STAGES:
            planes = eights(whole * width)
            for number in range(depth):
                step = stride if number == 0 else 1
                features.append(InvertedResidual(channels, planes, step, expansion))
                channels = planes
        features.append(ConvNormActivation(channels, last, kernel=1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(p=dropout), nn.Linear(last, classes))

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = F.adaptive_avg_pool2d(x, (1, 1)).flatten(1)
        return self.classifier(x)
