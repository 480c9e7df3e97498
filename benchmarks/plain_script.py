"""The baseline of `time_to_ninety`: a plain script in the manner of PyTorch's MNIST example.

Its network (conv 32, conv 64, pool, dropout, fc 128), Adam, float32, batches of 64 from a
DataLoader whose Dataset makes a PIL image of each item and transforms it as torchvision's
ToTensor and Normalize do. With `in_memory`, the same training on batches indexed from one tensor.
The test images are read every 100 steps with the clock stopped: a gift to this script, since a
real one is evaluated once an epoch and waits for it.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from striate.data import Split

MEAN, STD = 0.2860, 0.3530


class Net(nn.Module):
    """The network of the example."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Images (batch, 1, 28, 28) to log-probabilities."""
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = self.dropout1(F.max_pool2d(x, 2))
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        return F.log_softmax(self.fc2(self.dropout2(x)), dim=1)


class Pictures(Dataset[Any]):
    """Items made one by one: a picture, then its transforms."""

    def __init__(self, split: Split) -> None:
        self.images, self.labels = split.images, split.labels

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = Image.fromarray(self.images[index, 0].numpy())
        image = torch.from_numpy(np.array(picture, np.uint8, copy=True))
        image = image.view(1, 28, 28).to(torch.float32).div(255)
        return image.sub_(MEAN).div_(STD), int(self.labels[index])


def seconds_to(goal: float, train: Split, test: Split, *, seed: int, in_memory: bool) -> float:
    """Train until this share of the test images is recognised: the seconds of training."""
    torch.manual_seed(seed)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seconds, steps, started = 0.0, 0, time.perf_counter()
    while True:
        for x, y in _memory_batches(train) if in_memory else _loaded_batches(train):
            optimizer.zero_grad()
            F.nll_loss(model(x), y).backward()
            optimizer.step()
            steps += 1
            if steps % 100 == 0:
                seconds += time.perf_counter() - started
                if _accuracy(model, test) >= goal:
                    return seconds
                started = time.perf_counter()


def _loaded_batches(train: Split) -> Iterator[Any]:
    return iter(DataLoader(Pictures(train), 64, shuffle=True))


def _memory_batches(train: Split) -> Iterator[Any]:
    for places in torch.randperm(len(train)).split(64):
        images = train.images[places].to(torch.float32)
        yield images.div_(255).sub_(MEAN).div_(STD), train.labels[places]


@torch.no_grad()
def _accuracy(model: nn.Module, test: Split) -> float:
    model.eval()
    right = 0
    for images, labels in zip(test.images.split(500), test.labels.split(500), strict=True):
        x = (images.to(torch.float32) / 255 - MEAN) / STD
        right += int((model(x).argmax(1) == labels).sum())
    model.train()
    return right / len(test)
