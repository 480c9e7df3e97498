"""ConvNeXt (Liu and others 2022): depthwise 7x7, layer norm, and two linear layers at a place."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (96, 192, 384, 768)


class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of each place, of a tensor with channels first."""

    def forward(self, x: Tensor) -> Tensor:
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class Permute(nn.Module):
    """The axes in another order."""

    def __init__(self, *order: int) -> None:
        super().__init__()
        self.order = order

    def forward(self, x: Tensor) -> Tensor:
        return torch.permute(x, self.order)


class Block(nn.Module):
    """A branch that goes through channels-last linear layers, scaled and added."""

    def __init__(self, width: int, scale: float = 1e-6) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(width, width, kernel_size=7, padding=3, groups=width),
            Permute(0, 2, 3, 1),
            nn.LayerNorm(width, eps=1e-6),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            Permute(0, 3, 1, 2),
        )
        self.layer_scale = nn.Parameter(torch.ones(width, 1, 1) * scale)

    def forward(self, x: Tensor) -> Tensor:
        result = self.layer_scale * self.block(x)
        result += x
        return result


class ConvNeXt(nn.Module):
    """Four stages of these depths, each halved from the one before."""

    def __init__(self, depths: Sequence[int], classes: int = 1000) -> None:
        super().__init__()
        stem = nn.Sequential(
            nn.Conv2d(3, WIDTHS[0], kernel_size=4, stride=4), LayerNorm2d(WIDTHS[0], eps=1e-6)
        )
        layers: list[nn.Module] = [stem]
        for number, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True)):
            layers.append(nn.Sequential(*(Block(width) for _ in range(depth))))
            for wider in WIDTHS[number + 1 : number + 2]:
                halved = nn.Conv2d(width, wider, kernel_size=2, stride=2)
                layers.append(nn.Sequential(LayerNorm2d(width, eps=1e-6), halved))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            LayerNorm2d(WIDTHS[-1], eps=1e-6), nn.Flatten(1), nn.Linear(WIDTHS[-1], classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        return self.classifier(x)
