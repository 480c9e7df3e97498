"""Nets for clips: C3D with the keys it is known by in torch, R(2+1)D with torchvision's."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F


class C3D(nn.Module):
    """Eight convolutions of 3x3x3, and three layers of features."""

    def __init__(self, width: int = 64, features: int = 4096, classes: int = 487) -> None:
        super().__init__()
        steps = {"1": 1, "2": 2, "3a": 4, "3b": 4, "4a": 8, "4b": 8, "5a": 8, "5b": 8}
        before = 3
        for name, step in steps.items():
            setattr(self, f"conv{name}", nn.Conv3d(before, step * width, 3, padding=1))
            before = step * width
        self.fc6 = nn.Linear(before * 16, features)
        self.fc7 = nn.Linear(features, features)
        self.fc8 = nn.Linear(features, classes)
        self.drop6, self.drop7 = nn.Dropout(0.5), nn.Dropout(0.5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool3d(F.relu(self.conv1(x)), (1, 2, 2))
        x = F.max_pool3d(F.relu(self.conv2(x)), 2)
        x = F.max_pool3d(F.relu(self.conv3b(F.relu(self.conv3a(x)))), 2)
        x = F.max_pool3d(F.relu(self.conv4b(F.relu(self.conv4a(x)))), 2)
        x = F.max_pool3d(F.relu(self.conv5b(F.relu(self.conv5a(x)))), 2, ceil_mode=True)
        x = self.drop6(F.relu(self.fc6(x.flatten(1))))
        return self.fc8(self.drop7(F.relu(self.fc7(x))))


class Split(nn.Sequential):
    """A window over space, then one over time; about as many weights as 3x3x3 has."""

    def __init__(self, before: int, after: int, middle: int, stride: int = 1) -> None:
        space = {"stride": (1, stride, stride), "padding": (0, 1, 1), "bias": False}
        time = {"stride": (stride, 1, 1), "padding": (1, 0, 0), "bias": False}
        super().__init__(
            *(nn.Conv3d(before, middle, (1, 3, 3), **space), nn.BatchNorm3d(middle), nn.ReLU()),
            nn.Conv3d(middle, after, (3, 1, 1), **time),
        )


class Block(nn.Module):
    """Two of them, and the way around."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        middle = 27 * before * after // (9 * before + 3 * after)
        one, two = Split(before, after, middle, stride), Split(after, after, middle)
        self.conv1 = nn.Sequential(one, nn.BatchNorm3d(after), nn.ReLU())
        self.conv2 = nn.Sequential(two, nn.BatchNorm3d(after))
        self.downsample = None
        if before != after:
            projection = nn.Conv3d(before, after, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm3d(after))

    def forward(self, x: Tensor) -> Tensor:
        around = x if self.downsample is None else self.downsample(x)
        return F.relu(self.conv2(self.conv1(x)) + around)


class R2Plus1D(nn.Module):
    """A stem in two, and four stages."""

    def __init__(self, depths: Sequence[int] = (2, 2, 2, 2), classes: int = 400) -> None:
        super().__init__()
        space = nn.Conv3d(3, 45, (1, 7, 7), (1, 2, 2), (0, 3, 3), bias=False)
        time = nn.Conv3d(45, 64, (3, 1, 1), 1, (1, 0, 0), bias=False)
        self.stem = nn.Sequential(
            *(space, nn.BatchNorm3d(45), nn.ReLU()), *(time, nn.BatchNorm3d(64), nn.ReLU())
        )
        before = 64
        for number, depth in enumerate(depths):
            after = 64 << number
            blocks = [Block(before, after, 2 if number else 1)]
            blocks += [Block(after, after, 1) for _ in range(depth - 1)]
            setattr(self, f"layer{number + 1}", nn.Sequential(*blocks))
            before = after
        self.fc = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return self.fc(x.mean((2, 3, 4)))
