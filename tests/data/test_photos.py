"""data.photos: a look at a photo is what resizing it alone gives, whatever else is looked at."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data import read_image
from striate.data.images import centre, kept, margin
from striate.data.photos.collected import Photos, of_channels, of_shape
from striate.data.photos.mapping import Mapped
from striate.errors import DataError


def noise(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def photos(stored, size=(3, 24, 24), mapped=None):
    """Photos out of pictures uint8 (row, column, plane)."""
    counts = [picture.numel() for picture in stored]
    flat = torch.cat([picture.flatten() for picture in stored])
    return Photos(
        mapped.flat if mapped else flat,
        torch.tensor([sum(counts[:i]) for i in range(len(counts))]),
        torch.tensor([picture.shape[:2] for picture in stored], dtype=torch.int32),
        torch.tensor([picture.shape[2] for picture in stored], dtype=torch.uint8),
        noise(len(stored), 32),
        size=size,
        mapped=mapped,
    )


def some(count=7, size=(3, 24, 24)):
    draw = np.random.default_rng(3)
    shapes = [(27 + draw.integers(20), 27 + draw.integers(20), 3) for _ in range(count - 1)]
    return photos([noise(*s, seed=i) for i, s in enumerate([*shapes, (30, 27, 1)])], size)


def boxes(these, places):
    draw, found = np.random.default_rng(5), []
    for high, wide in these.sizes[places].tolist():
        tall, broad = draw.integers(1, high + 1), draw.integers(1, wide + 1)
        found.append((draw.integers(high - tall + 1), draw.integers(wide - broad + 1), tall, broad))
    return torch.from_numpy(np.array(found, dtype=np.int64))


def alone(these, place, box):
    """A box of one photo by torch's plain path: each plane an image of its own."""
    begin, (high, wide) = int(these.begins[place]), these.sizes[place].tolist()
    depth = int(these.planes[place])
    stored = these.flat[begin : begin + high * wide * depth].reshape(high, wide, depth)
    top, left, tall, broad = box.tolist()
    part = stored[top : top + tall, left : left + broad].permute(2, 0, 1).contiguous()
    seen = F.interpolate(part[:, None], these.size[1:], mode="bilinear", antialias=True)[:, 0]
    return seen.expand(3, -1, -1)


def test_a_crop_is_the_box_resized():
    these, places = some(), [6, 0, 3, 3]
    wanted = boxes(these, places)
    seen = these.crops(places, wanted)
    assert (seen.dtype, tuple(seen.shape)) == (torch.uint8, (4, 3, 24, 24))
    for view, place, box in zip(seen, places, wanted, strict=True):
        assert torch.equal(view, alone(these, place, box))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_look_does_not_depend_on_company_or_threads(threads):
    these, before = some(), torch.get_num_threads()
    places = torch.tensor([2, 5, 6, 0, 2])
    wanted = boxes(these, places)
    single = [these.crops([p], wanted[i : i + 1])[0] for i, p in enumerate(places.tolist())]
    torch.set_num_threads(threads)
    try:
        assert torch.equal(these.crops(places, wanted), torch.stack(single))
        assert torch.equal(these[places], torch.stack([these[p] for p in places.tolist()]))
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


def test_photos_are_indexed_as_the_tensor_that_they_stand_for():
    these = some()
    tensor = these[:]
    assert (these.shape, these.dtype, len(these)) == (tensor.shape, tensor.dtype, len(tensor))
    places = torch.tensor([4, 1])
    for key in (slice(2, 5), slice(7, 9), [3, 0], places, 2, -1):
        assert torch.equal(these[key], tensor[key])
    assert torch.equal(these.index_select(0, places), tensor[places])
    assert torch.equal(torch.stack(list(these)), tensor)
    chosen = these.to("cpu").select(places)
    assert torch.equal(chosen[:], tensor[places])
    assert torch.equal(chosen.content, these.content[places])
    assert these.side == margin(24) == 27


def test_photos_are_seen_in_inference_mode():
    these, before = some(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with torch.inference_mode():
            seen = these[:] / 2
    finally:
        torch.set_num_threads(before)
    assert torch.equal(seen, these[:] / 2)


def test_what_is_not_resized_is_cut_out_as_it_is():
    stored = noise(31, 40, 3)
    assert torch.equal(photos([stored])[0], stored[3:27, 8:32].permute(2, 0, 1))


def test_photos_in_a_file_are_those_in_memory(tmp_path, monkeypatch):
    these = some()
    path = tmp_path / "pixels"
    path.write_bytes(these.flat.numpy().tobytes())
    monkeypatch.setattr("striate.data.photos.mapping.MOST", 3000)
    mapped = Mapped(path)
    stored = Photos(
        mapped.flat,
        these.begins,
        these.sizes,
        these.planes,
        these.content,
        size=these.size,
        mapped=mapped,
    )
    for _ in range(3):
        assert torch.equal(stored[:], these[:])
    assert path.read_bytes() == these.flat.numpy().tobytes()


def test_grey_and_colour_are_a_matter_of_looking():
    these = some()
    assert torch.equal(of_channels(these, 1)[:], of_channels(these[:], 1))
    assert of_channels(these, 1).shape == (7, 1, 24, 24)
    with pytest.raises(DataError, match="2 channels are asked for"):
        of_channels(these, 2)


side = st.integers(1, 90)


@settings(deadline=None)
@given(side, side, st.integers(1, 60), st.integers(1, 60))
def test_what_is_kept_covers_what_is_looked_at_and_little_more(high, wide, height, width):
    picture = noise(3, high, wide)
    tall, broad = kept(picture, height, width).shape[1:]
    rows, columns = margin(height), margin(width)
    assert tall <= min(high, 2 * rows)
    assert broad <= min(wide, 2 * columns)
    if high >= rows and wide >= columns:
        assert (tall == rows) or (broad == columns)
        assert tall >= rows
        assert broad >= columns
    else:  # never enlarged, and not reduced either
        assert (tall, broad) == (min(high, 2 * rows), min(wide, 2 * columns))
    assert centre(kept(picture, height, width), height, width).shape == (3, height, width)


@settings(max_examples=40, deadline=None)
@given(side, side, st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_the_centre_is_what_a_file_alone_gives(tmp_path_factory, high, wide, height, width, grey):
    levels = noise(high, wide, 1 if grey else 3).expand(-1, -1, 3).contiguous()
    path = tmp_path_factory.mktemp("one") / "a.png"
    Image.fromarray(levels.numpy()).save(path)
    stored = kept(levels.permute(2, 0, 1), height, width).permute(1, 2, 0).contiguous()
    these = photos([stored[..., :1].contiguous() if grey else stored], (3, height, width))
    assert torch.equal(these[0], read_image(path, (3, height, width)))
    assert torch.equal(of_channels(these, 1)[0], read_image(path, (1, height, width)))


def test_a_picture_of_the_right_size_is_left_as_it_is():
    picture = noise(4, 3, 20, 31)
    assert torch.equal(of_shape(picture, 20, 31), picture)
