"""The baseline of `transfer`: a plain script in the manner of PyTorch's transfer learning tutorial.

`python benchmarks/plain_tuning.py PHOTOS WEIGHTS [EPOCHS]`: SqueezeNet 1.0 with published weights,
its last layer begun anew and all else frozen; SGD with momentum, 25 epochs of batches of 4, a tenth
of the rate after every 7; photos cut at random and mirrored by Pillow in two workers; `val` read
after every epoch and the best weights kept. The two transforms are torchvision's, written plainly.
"""

import copy
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
PHOTOS = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}
FIRES = {3: (96, 16, 64), 4: (128, 16, 64), 5: (128, 32, 128), 7: (256, 32, 128)}
FIRES |= {8: (256, 48, 192), 9: (384, 48, 192), 10: (384, 64, 256), 12: (512, 64, 256)}


class Fire(nn.Module):
    """A 1x1 convolution to few channels, then 1x1 and 3x3 side by side."""

    def __init__(self, channels: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channel, height, width) to twice the expanded channels."""
        x = torch.relu(self.squeeze(x))
        return torch.cat([torch.relu(self.expand1x1(x)), torch.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    """SqueezeNet 1.0 under its published key names."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 96, 7, 2), nn.ReLU()]
        for place in range(2, 13):
            pool = nn.MaxPool2d(3, 2, ceil_mode=True)
            layers.append(Fire(*FIRES[place]) if place in FIRES else pool)
        self.features = nn.Sequential(*layers)
        last = nn.Conv2d(512, classes, 1)
        pooled = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        self.classifier = nn.Sequential(nn.Dropout(), last, nn.ReLU(), *pooled)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, 3, height, width) to logits."""
        return self.classifier(self.features(x))


class Photos(Dataset[tuple[Tensor, int]]):
    """The photos of a folder that has a folder for each class."""

    def __init__(self, root: Path, training: bool) -> None:
        self.classes = sorted(place.name for place in root.iterdir() if place.is_dir())
        self.items = [
            (file, label)
            for label, name in enumerate(self.classes)
            for file in sorted((root / name).iterdir())
            if file.suffix.lower() in PHOTOS
        ]
        self.training = training

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        file, label = self.items[index]
        with Image.open(file) as opened:
            photo = opened.convert("RGB")
        cut = _cut_at_random(photo) if self.training else _centre(photo)
        pixels = torch.from_numpy(np.asarray(cut).copy()).permute(2, 0, 1)
        return (pixels.contiguous().float().div(255) - MEAN) / STD, label


def _cut_at_random(photo: Image.Image) -> Image.Image:
    """A part of random area and shape, at 224x224, every second time mirrored."""
    for _ in range(10):
        area = photo.width * photo.height * _between(0.08, 1)
        shape = math.exp(_between(math.log(3 / 4), math.log(4 / 3)))
        width, height = round((area * shape) ** 0.5), round((area / shape) ** 0.5)
        if width <= photo.width and height <= photo.height:
            break
    else:
        width = height = min(photo.width, photo.height)
    left = int(_between(0, photo.width - width + 1))
    top = int(_between(0, photo.height - height + 1))
    box = (left, top, left + width, top + height)
    cut = photo.resize((224, 224), Image.Resampling.BILINEAR, box=box)
    return cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if _between(0, 1) < 0.5 else cut


def _centre(photo: Image.Image) -> Image.Image:
    """The short side to 256 pixels, and 224x224 of its middle."""
    ratio = 256 / min(photo.size)
    size = int(photo.width * ratio), int(photo.height * ratio)
    photo = photo.resize(size, Image.Resampling.BILINEAR)
    left, top = round((photo.width - 224) / 2), round((photo.height - 224) / 2)
    return photo.crop((left, top, left + 224, top + 224))


def _between(low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand(()))


def tune(root: Path, weights: Path, epochs: int = 25) -> float:
    """Train the last layer: the best share of `val` that was right after an epoch."""
    torch.manual_seed(0)
    sets = {name: Photos(root / name, name == "train") for name in ("train", "val")}
    loaders = {
        name: DataLoader(photos, batch_size=4, shuffle=True, num_workers=2)
        for name, photos in sets.items()
    }
    model = SqueezeNet()
    model.load_state_dict(load_file(weights))
    model.requires_grad_(False)
    model.classifier[1] = last = nn.Conv2d(512, len(sets["train"].classes), 1)
    optimizer = torch.optim.SGD(last.parameters(), lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    best, kept = 0.0, copy.deepcopy(model.state_dict())
    for epoch in range(epochs):
        model.train()
        for x, y in loaders["train"]:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        schedule.step()
        right = _right(model, loaders["val"])
        print(f"epoch {epoch + 1}: val {right / len(sets['val']):.4f}", flush=True)
        if right / len(sets["val"]) > best:
            best, kept = right / len(sets["val"]), copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return best


@torch.no_grad()
def _right(model: nn.Module, loader: DataLoader[tuple[Tensor, int]]) -> int:
    model.eval()
    return sum(int((model(x).argmax(1) == y).sum()) for x, y in loader)


if __name__ == "__main__":
    photos, weights, *epochs = sys.argv[1:]
    best = tune(Path(photos), Path(weights), *map(int, epochs))
    print(json.dumps({"accuracy": best}))
