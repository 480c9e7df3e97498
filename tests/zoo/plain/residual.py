"""ResNets for 32x32 images with the keys that Idelbayev's implementation gave them; MobileNet."""

from torch import Tensor, nn
from torch.nn import functional as F


class Shortcut(nn.Module):
    """Option A: every other pixel, and as many zeros before the channels as behind."""

    def __init__(self, added: int) -> None:
        super().__init__()
        self.added = added

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added // 2))


class Basic(nn.Module):
    """Two convolutions, and the way around."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.shortcut = Shortcut(after - before) if after != before else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class CifarResNet(nn.Module):
    """Three stages of n blocks."""

    def __init__(self, depth: int, width: int = 16, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = self._stage(width, width, depth, 1)
        self.layer2 = self._stage(width, 2 * width, depth, 2)
        self.layer3 = self._stage(2 * width, 4 * width, depth, 2)
        self.linear = nn.Linear(4 * width, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))

    @staticmethod
    def _stage(before: int, after: int, depth: int, stride: int) -> nn.Sequential:
        more = (Basic(after, after, 1) for _ in range(depth - 1))
        return nn.Sequential(Basic(before, after, stride), *more)


class MobileNetV1(nn.Module):
    """Convolutions in two; the width of all layers is a multiple of the first one's."""

    def __init__(self, width: int = 32, classes: int = 1000) -> None:
        super().__init__()
        steps = (2, 4, 4, 8, 8, 16, 16, 16, 16, 16, 16, 32, 32)
        strides = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
        layers, before = self._norm(nn.Conv2d(3, width, 3, 2, 1, bias=False)), width
        for step, stride in zip(steps, strides, strict=True):
            one = nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False)
            two = nn.Conv2d(before, step * width, 1, bias=False)
            layers, before = layers + self._norm(one) + self._norm(two), step * width
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.features(x).mean((2, 3)))

    @staticmethod
    def _norm(convolution: nn.Conv2d) -> list[nn.Module]:
        return [convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU()]
