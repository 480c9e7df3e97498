"""A class for each pixel: U-Net with the keys that Milesi gave it, FCN with torchvision's."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Double(nn.Module):
    """A convolution, its norm and ReLU, twice."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for channels in (before, after):
            layers += [nn.Conv2d(channels, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)]
            layers.append(nn.ReLU(inplace=True))
        self.double_conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.double_conv(x)


class Down(nn.Module):
    """A level deeper."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), Double(before, after))

    def forward(self, x: Tensor) -> Tensor:
        return self.maxpool_conv(x)


class Up(nn.Module):
    """A level up, beside what that level saw before."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(before, after, 2, 2)
        self.conv = Double(before, after)

    def forward(self, x: Tensor, seen: Tensor) -> Tensor:
        return self.conv(torch.cat([seen, self.up(x)], 1))


class UNet(nn.Module):
    """Four levels down and up again."""

    def __init__(self, width: int = 64, classes: int = 2) -> None:
        super().__init__()
        self.inc = Double(3, width)
        for level in range(1, 5):
            setattr(self, f"down{level}", Down(width << level - 1, width << level))
        for level in range(1, 5):
            setattr(self, f"up{level}", Up(width << 5 - level, width << 4 - level))
        self.outc = nn.ModuleDict({"conv": nn.Conv2d(width, classes, 1)})

    def forward(self, x: Tensor) -> Tensor:
        seen = [self.inc(x)]
        for level in range(1, 5):
            seen.append(self.get_submodule(f"down{level}")(seen[-1]))
        x = seen.pop()
        for level in range(1, 5):
            x = self.get_submodule(f"up{level}")(x, seen.pop())
        return self.outc["conv"](x)


class Bottleneck(nn.Module):
    """1x1, 3x3 with holes, 1x1, and the way around."""

    def __init__(self, before: int, middle: int, *, stride: int, dilation: int) -> None:
        super().__init__()
        after, how = 4 * middle, {"dilation": dilation, "bias": False}
        self.conv1 = nn.Conv2d(before, middle, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(middle)
        self.conv2 = nn.Conv2d(middle, middle, 3, stride, dilation, **how)
        self.bn2 = nn.BatchNorm2d(middle)
        self.conv3 = nn.Conv2d(middle, after, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(after)
        self.downsample = None
        if before != after:
            projection = nn.Conv2d(before, after, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(after))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(y)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Backbone(nn.Module):
    """ResNet without its head; the last two stages have holes in place of their strides."""

    def __init__(self, depths: Sequence[int]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        before, holes = 64, 1
        for number, depth in enumerate(depths):
            stride = 2 if number == 1 else 1
            blocks = [Bottleneck(before, 64 << number, stride=stride, dilation=holes)]
            before, holes = 256 << number, holes * (2 if number > 1 else 1)
            for _ in range(depth - 1):
                blocks.append(Bottleneck(before, 64 << number, stride=1, dilation=holes))
            setattr(self, f"layer{number + 1}", nn.Sequential(*blocks))

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return x


class FCN(nn.Module):
    """A dilated ResNet, a head, and its maps enlarged to the size of the image."""

    def __init__(self, depths: Sequence[int] = (3, 4, 6, 3), classes: int = 21) -> None:
        super().__init__()
        self.backbone = Backbone(depths)
        self.classifier = nn.Sequential(
            *(nn.Conv2d(2048, 512, 3, padding=1, bias=False), nn.BatchNorm2d(512)),
            *(nn.ReLU(), nn.Dropout(0.1), nn.Conv2d(512, classes, 1)),
        )

    def forward(self, x: Tensor) -> Tensor:
        maps = self.classifier(self.backbone(x))
        return F.interpolate(maps, x.shape[2:], mode="bilinear", align_corners=False)
