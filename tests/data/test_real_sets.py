"""The same on real images, where $STRIATE_DATA has them; without them these tests are skipped."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from striate.data import open_images, read_image
from striate.data.sources.fetching import locate
from striate.data.sources.published import FASHION_MNIST

SHELF = os.environ.get("STRIATE_DATA")


def needed(name):
    """The folder of a set on the shelf; the test is skipped where there is none."""
    folder = Path(SHELF or "") / name
    if not SHELF or not folder.is_dir():
        pytest.skip(f"needs {name} below $STRIATE_DATA")
    return folder


@pytest.fixture
def clothes(monkeypatch):
    monkeypatch.setenv("STRIATE_DATA", str(needed("fashion-mnist").parent))
    return open_images("fashion-mnist", seed=0)


def test_fashion_mnist_is_whole_and_in_proportion(clothes):
    sizes = {name: torch.bincount(split.labels).tolist() for name, split in clothes.splits.items()}
    assert sizes == {"train": [5500] * 10, "val": [500] * 10, "test": [1000] * 10}
    assert clothes.size == (1, 28, 28)
    assert clothes.splits["test"].labels[:8].tolist() == [9, 2, 1, 1, 6, 1, 4, 6]  # as published
    assert clothes.mean[0] == pytest.approx(0.2860, abs=1e-3)
    assert clothes.std[0] == pytest.approx(0.3530, abs=1e-3)


def test_fashion_mnist_is_divided_so_on_every_machine(clothes):
    assert clothes.digest[:16] == "f15d834a748bfcf1"


def test_no_image_of_fashion_mnist_is_in_two_splits(clothes):
    files = [file for split in clothes.splits.values() for file in split.files]
    assert len(set(files)) == len(files) == 70_000


def test_the_files_of_fashion_mnist_have_the_published_checksums(monkeypatch):
    import hashlib

    monkeypatch.setenv("STRIATE_DATA", str(needed("fashion-mnist").parent))
    folder = locate(FASHION_MNIST)
    for file, checksum in FASHION_MNIST.files.items():
        assert hashlib.md5((folder / file).read_bytes()).hexdigest() == checksum


def test_ants_and_bees_are_read_but_for_what_is_no_photograph():
    root = needed("ants-bees")
    insects = open_images(root)
    assert {name: len(split) for name, split in insects.splits.items()} == {
        "train": 244,
        "val": 153,
    }
    assert (insects.classes, insects.size) == (("ants", "bees"), (3, 128, 128))
    assert (insects.flip, insects.shift) == (True, 8)
    left_out = [(problem.file, problem.kind) for problem in insects.problems]
    assert left_out == [("train/ants/imageNotFound.gif", "placeholder")]
    assert "there is no test split: val judges" in insects.notes


def test_a_photograph_alone_gives_the_bytes_it_gives_in_the_collection():
    val = open_images(needed("ants-bees")).splits["val"]
    for i in np.arange(0, len(val), 17):
        assert torch.equal(
            read_image(needed("ants-bees") / val.files[i], (3, 128, 128)), val.images[i]
        )
