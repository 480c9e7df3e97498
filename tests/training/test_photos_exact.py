"""Training on photos ends with the same bits: stopped or not, mapped or not, prefetched or not."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from safetensors.torch import load_file
from torch import nn

from striate.data import open_images
from striate.data.photos import caching
from striate.tasks import classify
from striate.training import Manner, fit
from striate.training.batches import Batches
from striate.training.checkpoint import NAME
from striate.training.loop import BEST, LAST
from striate.training.optimizer import Optimizer
from striate.training.prefetching import Prefetched

QUIET = Manner(save=0, console=Console(quiet=True))


class Killed(Exception):
    """The process is gone."""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Photos of many sizes in three classes, told apart by their brightness."""
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    draw = np.random.default_rng(0)
    for number in range(48):
        label = number % 3
        shape = (draw.integers(12, 30), draw.integers(12, 30), 3)
        levels = draw.integers(60 * label, 120 + 60 * label, shape, dtype=np.uint8)
        folder = tmp_path / "photos" / "abc"[label]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(levels).save(folder / f"{number}.png")
    return tmp_path / "photos"


@pytest.fixture
def recipe(recipe):
    return replace(recipe, flip=True, shift=0, crop=0.4, mixup=0.3)


def opened(root, monkeypatch, *, mapped):
    monkeypatch.setattr(caching, "FEW", 0 if mapped else 2**28)
    collection = open_images(root, size=12)
    assert (collection.splits["train"].images.mapped is not None) == mapped
    return collection


def network():
    torch.manual_seed(1)
    return nn.Sequential(
        *(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout2d(0.1)),
        *(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 3)),
    )


def train(collection, recipe, folder, monkeypatch, kills=()):
    """Train to the end, killed in the middle of the steps after so many; its tensors."""
    folder.mkdir(exist_ok=True)
    for count in kills:
        with monkeypatch.context() as patched:
            steps, forget = iter(range(count)), Optimizer.forget_gradients

            def killed(self, steps=steps, forget=forget):
                forget(self)
                if next(steps, None) is None:
                    raise Killed

            patched.setattr(Optimizer, "forget_gradients", killed)
            with pytest.raises(Killed):
                fit(network(), collection, classify, recipe, folder=folder, manner=QUIET)
    fit(network(), collection, classify, recipe, folder=folder, manner=QUIET)
    return {name: load_file(folder / name) for name in (NAME, BEST, LAST)}


def assert_same(found, expected):
    for name, tensors in expected.items():
        different = [key for key in tensors if not torch.equal(found[name][key], tensors[key])]
        assert not different, (name, different)


@pytest.mark.parametrize("mapped", [False, True], ids=["memory", "mapped"])
@pytest.mark.parametrize("workers", [0, 2])
def test_photos_stopped_and_prefetched(root, recipe, tmp_path, monkeypatch, mapped, workers):
    plain = opened(root, monkeypatch, mapped=False)
    expected = train(plain, recipe, tmp_path / "whole", monkeypatch)
    collection = opened(root, monkeypatch, mapped=mapped)
    recipe = replace(recipe, workers=workers)
    found = train(collection, recipe, tmp_path / "stopped", monkeypatch, kills=(5, 2, 3))
    assert_same(found, expected)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("ahead", [0, 1, 2, 9])
def test_prefetched_batches_are_those_of_their_steps(root, recipe, monkeypatch, parts, ahead):
    split = opened(root, monkeypatch, mapped=False).splits["train"]
    recipe = replace(recipe, accumulate=parts)
    plain = Batches(split, recipe)
    found = Prefetched(Batches(split, recipe), 3 * plain.steps, ahead)
    wanted = [(step, part) for step in range(3 * plain.steps) for part in range(parts)]
    for step, part in [*wanted, (4, 0), (0, 0), *wanted[2:5], (99, 0)]:  # and anywhere else
        batch, expected = found.at(step, part), plain.at(step, part)
        assert torch.equal(batch.images, expected.images)
        assert torch.equal(batch.labels, expected.labels)
        assert torch.equal(batch.others, expected.others)


def test_what_goes_wrong_ahead_is_told_when_its_turn_comes(root, recipe, monkeypatch):
    split = opened(root, monkeypatch, mapped=False).splits["train"]
    batches = Batches(split, recipe)
    at = Batches.at

    def broken(self, step, part=0):
        if step == 2:
            raise RuntimeError("step 2")
        return at(self, step, part)

    monkeypatch.setattr(Batches, "at", broken)
    found = Prefetched(batches, 9, 2)
    assert len(found.at(0)) == len(at(batches, 0))
    assert len(found.at(1)) == len(at(batches, 1))
    with pytest.raises(RuntimeError, match="step 2"):
        found.at(2)


def test_no_thread_turns_the_epochs_of_another(root, recipe, monkeypatch):
    batches = Batches(opened(root, monkeypatch, mapped=False).splits["train"], recipe)
    used, at = [], Batches.at

    def noted(self, step, part=0):
        used.append((threading.get_ident(), id(self)))
        return at(self, step, part)

    monkeypatch.setattr(Batches, "at", noted)
    found = Prefetched(batches, 9, 2)
    assert [len(found.at(step)) for step in range(9)]
    threads, copies = ({pair[half] for pair in used} for half in (0, 1))
    assert len(set(used)) == len(threads) == len(copies)
    assert id(batches) not in copies
