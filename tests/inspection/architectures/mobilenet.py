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
    """The stages between a first convolution and a wide last one."""

    def __init__(self, classes: int = 1000, *, dropout: float = 0.2) -> None:
        super().__init__()
        features: list[nn.Module] = [ConvNormActivation(3, 32, stride=2)]
        channels = 32
        for expansion, planes, depth, stride in STAGES:
            for number in range(depth):
                step = stride if number == 0 else 1
                features.append(InvertedResidual(channels, planes, step, expansion))
                channels = planes
        features.append(ConvNormActivation(channels, 1280, kernel=1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(p=dropout), nn.Linear(1280, classes))

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = F.adaptive_avg_pool2d(x, (1, 1)).flatten(1)
        return self.classifier(x)
