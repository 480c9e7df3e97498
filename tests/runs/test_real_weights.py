"""Published weights on real photos, judged by Pillow and torch alone: `run_alone` is that judge."""

import os
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn.functional import max_pool2d

import striate

DATA = os.environ.get("STRIATE_DATA", "")
PHOTOS, WEIGHTS = Path(DATA, "imagenet-photos"), Path(DATA, "squeezenet1_0-imagenet.safetensors")
MEAN, DEVIATION = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
FIRES = {1: (3, 4, 5), 2: (7, 8, 9, 10), 3: (12,)}
"""The fire modules between one pool and the next (Iandola et al., "SqueezeNet", 2016)."""

pytestmark = pytest.mark.skipif(
    not (DATA and PHOTOS.is_dir() and WEIGHTS.is_file()),
    reason=f"needs {PHOTOS.name} and {WEIGHTS.name} below $STRIATE_DATA",
)


def by_pillow(path):
    """Resize(256) and CenterCrop(224), by Pillow alone, normalised."""
    image = Image.open(path).convert("RGB")
    wide, high = image.size
    size = (256, int(256 * high / wide)) if wide <= high else (int(256 * wide / high), 256)
    left, top = (round((side - 224) / 2.0) for side in size)
    image = image.resize(size, Image.Resampling.BILINEAR).crop((left, top, left + 224, top + 224))
    levels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(224, 224, 3)
    return ((levels / 255 - MEAN) / DEVIATION).permute(2, 0, 1)


@torch.no_grad()
def run_alone(images, weights):
    """The logits of SqueezeNet 1.0, one convolution after the other."""

    def convolved(x, path, **options):
        return nn.functional.conv2d(
            x, weights[f"{path}.weight"], weights[f"{path}.bias"], **options
        ).relu()

    x = convolved(images, "features.0", stride=2)
    for fires in FIRES.values():
        x = max_pool2d(x, 3, 2, ceil_mode=True)
        for place in fires:
            squeezed = convolved(x, f"features.{place}.squeeze")
            sides = (("expand1x1", 0), ("expand3x3", 1))
            wide = [convolved(squeezed, f"features.{place}.{n}", padding=p) for n, p in sides]
            x = torch.cat(wide, 1)
    return convolved(x, "classifier.1").mean((2, 3))


@pytest.fixture(scope="module")
def photos():
    """The files, and the place of the class of each, which stands at the beginning of its name."""
    rows = [line.split("\t") for line in (PHOTOS / "classes.tsv").read_text().splitlines()]
    places = {wnid: int(place) for place, wnid, *_ in rows}
    files = sorted(PHOTOS.glob("*.JPEG"))
    assert len(files) == 60
    return files, [places[file.name.split("_")[0]] for file in files]


@pytest.fixture(scope="module")
def network():
    return striate.pretrained("squeezenet1_0", WEIGHTS)


@pytest.fixture(scope="module")
def alone(photos):
    images = torch.stack([by_pillow(file) for file in photos[0]])
    return run_alone(images, load_file(WEIGHTS))


def counts(first, places):
    """How many images are right at once, and within five."""
    pairs = list(zip(first, places, strict=True))
    return sum(said[0] == place for said, place in pairs), sum(
        place in said for said, place in pairs
    )


def test_no_tensor_is_left(network):
    assert network.loaded.left == ()
    assert network.loaded.anew == ()
    assert len(network.loaded.loaded) == 52


def test_photos_are_named_as_by_pillow_and_torch_alone(photos, network, alone):
    files, places = photos
    by_name = {name: place for place, name in enumerate(network.classes)}
    found = [
        [by_name[name] for name, _ in image.classes]
        for image in network.predict([PHOTOS], top=5).images
    ]
    ours, theirs = counts(found, places), counts(alone.topk(5).indices.tolist(), places)
    assert [image.file for image in network.predict(files[:2]).images] == [*map(str, files[:2])]
    assert theirs == (40, 49)
    assert abs(ours[0] - theirs[0]) <= 1
    assert abs(ours[1] - theirs[1]) <= 1


def test_probabilities_are_those_of_pillow_and_torch_alone(photos, network, alone):
    found = network.answering.answers(network.answering.shown(photos[0]).images).softmax(1)
    assert (found - alone.softmax(1)).abs().max() < 0.02


def test_photos_in_folders_with_wordnet_ids_judge(photos, network, tmp_path):
    for file in photos[0]:
        (tmp_path / file.name.split("_")[0]).mkdir(exist_ok=True)
        (tmp_path / file.name.split("_")[0] / file.name).symlink_to(file)
    found = network.evaluate(tmp_path)
    assert found.count == 60
    assert abs(round(60 * found.accuracy) - 40) <= 1
    assert abs(round(60 * found.top5) - 49) <= 1
