"""check on real images, where $STRIATE_DATA has them: what is planted is found, little else."""

import gzip
import io
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from striate.data.checking.aligning import SIDE
from striate.data.checking.checking import check
from striate.data.checking.examining import facts_of
from striate.data.checking.likeness import Thumbnails, alike

SHELF = os.environ.get("STRIATE_DATA")


def needed(name):
    """The folder of a set on the shelf; the test is skipped where there is none."""
    folder = Path(SHELF or "") / name
    if not SHELF or not folder.is_dir():
        pytest.skip(f"needs {name} below $STRIATE_DATA")
    return folder


def saved(image, kind="BMP", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def crop(image, seed):
    """All but a twentieth of both sides."""
    chance = np.random.default_rng(seed)
    width, height = round(image.width * 0.95), round(image.height * 0.95)
    left = int(chance.integers(image.width - width + 1))
    top = int(chance.integers(image.height - height + 1))
    return saved(image.crop((left, top, left + width, top + height)))


PLANTED = {
    "half as large": lambda image, _: saved(image.resize((image.width // 2, image.height // 2))),
    "JPEG 50": lambda image, _: saved(image, "JPEG", quality=50),
    "without 5 %": crop,
}


def thumbnails(contents):
    facts = [facts_of(content) for content in contents]
    levels = np.stack([np.frombuffer(f.thumbnail, np.uint8).reshape(SIDE, SIDE) for f in facts])
    return Thumbnails(torch.from_numpy(levels), torch.tensor([min(f.size) for f in facts]))


def planted_in(images, kind):
    """The share of planted near duplicates that are found, and that of other pairs, an image."""
    contents = [saved(image) for image in images]
    contents += [PLANTED[kind](image, number) for number, image in enumerate(images)]
    found, count = set(alike(thumbnails(contents))), len(images)
    wanted = {(place, place + count) for place in range(count)}
    return len(found & wanted) / count, len({p for p in found if p[1] < count}) / count


@pytest.mark.parametrize("kind", PLANTED)
def test_near_duplicates_of_ants_and_bees_are_found(kind):
    paths = sorted(needed("ants-bees").rglob("*.jpg"))[::8]
    recall, others = planted_in([Image.open(path).convert("RGB") for path in paths], kind)
    assert recall >= 0.95
    assert others < 0.01


@pytest.mark.parametrize("kind", ["JPEG 50", "without 5 %"])
def test_near_duplicates_of_clothes_are_found(kind):
    file = next(needed("fashion-mnist").glob("t10k-images*"))
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    levels = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)[:600]
    recall, others = planted_in([Image.fromarray(level) for level in levels], kind)
    assert recall >= 0.95
    assert others < 0.01


def test_ants_and_bees_hold_one_placeholder_and_no_duplicate(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path))
    found = check(needed("ants-bees"))
    assert [(p.file, p.kind) for p in found.problems] == [
        ("train/ants/imageNotFound.gif", "placeholder")
    ]
    assert (found.images, found.classes) == (398, {"ants": 193, "bees": 204})
    assert found.duplicates == ()
    assert check(needed("ants-bees"), keep=True).classes == {"ants": 194, "bees": 204}
