"""data.looking on photos: what published weights were trained to see, to a level or two."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from striate.data import Look, read_image

DATA = os.environ.get("STRIATE_DATA", "")
PHOTOS = Path(DATA, "imagenet-photos")
PILLOW = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}

pytestmark = pytest.mark.skipif(
    not DATA or not PHOTOS.is_dir(), reason="needs imagenet-photos below $STRIATE_DATA"
)


def by_pillow(path, mode):
    """Resize(256) and CenterCrop(224), by Pillow alone."""
    image = Image.open(path).convert("RGB")
    wide, high = image.size
    size = (256, int(256 * high / wide)) if wide <= high else (int(256 * wide / high), 256)
    left, top = (round((side - 224) / 2.0) for side in size)
    image = image.resize(size, PILLOW[mode]).crop((left, top, left + 224, top + 224))
    return np.asarray(image).transpose(2, 0, 1)


@pytest.mark.parametrize(("mode", "most"), [("bilinear", 1), ("bicubic", 2)])
def test_photos_are_seen_as_pillow_shows_them(mode, most):
    look = Look((3, 224, 224), 256, (0.5,) * 3, (0.5,) * 3, mode)
    paths = sorted(path for path in PHOTOS.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    assert len(paths) == 60
    for path in paths:
        apart = np.abs(read_image(path, look).numpy().astype(int) - by_pillow(path, mode))
        assert apart.max() <= most, path
        assert (apart > 0).mean() < 0.02, path
