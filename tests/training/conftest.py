"""A small set of images, a small network with everything that draws or counts, and a recipe."""

import pytest
import torch
from rich.console import Console
from torch import nn

from striate.data import Collection, Split
from striate.tasks import classify
from striate.training import Manner, Recipe, fit

CLASSES = ("ant", "bee", "cat")


def make_split(count, seed):
    """Noise whose brightness tells the class."""
    draw = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % len(CLASSES)
    noise = torch.randint(0, 120, (count, 1, 8, 8), generator=draw)
    images = (noise + 50 * labels.reshape(-1, 1, 1, 1)).to(torch.uint8)
    return Split(images, labels, tuple(f"{seed}-{place}" for place in range(count)))


def make_network():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout2d(0.1),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 8),
        nn.Dropout(0.3),
        nn.Linear(8, len(CLASSES)),
    )


@pytest.fixture(scope="session")
def collection():
    splits = {"train": make_split(50, 1), "val": make_split(20, 2), "test": make_split(20, 3)}
    return Collection("blots", "blots", CLASSES, splits, flip=True, shift=1)


@pytest.fixture
def recipe():
    """Three epochs of seven steps, with nothing left open."""
    return Recipe(
        epochs=3,
        batch=8,
        optimizer="adamw",
        lr=0.01,
        label_smoothing=0.0,
        weight_decay=0.01,
        flip=True,
        shift=1,
        augment="light",
        crop=1.0,
        erase=0.0,
        mixup=0.0,
        cutmix=0.0,
        precision="float32",
        layout="contiguous",
        device="cpu",
        threads=1,
    )


@pytest.fixture
def network():
    return make_network()


@pytest.fixture
def train(collection):
    """Train a fresh network in a folder, quietly; the rows of its epochs, and the network.

    What else is given is how often things are done: save=0 saves after every step.
    """

    def run(recipe, folder, *, task=classify, images=collection, inexact=False, **seconds):
        model, manner = make_network(), Manner(**{"console": Console(quiet=True), **seconds})
        options = {"folder": folder, "inexact": inexact, "manner": manner}
        return fit(model, images, task, recipe, **options), model

    return run
