"""data.looking: what is seen in a look is what Pillow's resizing and torchvision's crop give."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data import Look, given_images, read_image
from striate.data.looking import brought, cut, seen, to_keep, to_see
from striate.data.photos.gathering import gathered
from tests.data.test_look import looks

PILLOW = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
side = st.integers(1, 90)


def noise(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def smooth(height, width):
    """A picture like a photo: colours that change over it, and an edge: uint8 (3, row, column)."""
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [np.sin(rows / 7 + k) + np.cos(columns / (9 + k)) + (columns > rows) for k in range(3)]
    return torch.from_numpy(np.stack([(40 * wave + 90).astype(np.uint8) for wave in waves]))


def look_of(resize, height, width, mode="bilinear", channels=3):
    return Look((channels, height, width), resize, (0.5,) * channels, (0.5,) * channels, mode)


def by_pillow(picture, look):
    """The published way, by Pillow alone: Resize, then CenterCrop.

    Rows first, then columns, in all pictures: the newest Pillow begins with what is less work.
    """
    image = Image.fromarray(picture.permute(1, 2, 0).contiguous().numpy())
    (wide, high), short = image.size, look.resize
    size = (short, int(short * high / wide)) if wide <= high else (int(short * wide / high), short)
    _, height, width = look.size
    left, top = round((size[0] - width) / 2.0), round((size[1] - height) / 2.0)
    image = image.resize((size[0], high), PILLOW[look.mode]).resize(size, PILLOW[look.mode])
    image = image.crop((left, top, left + width, top + height))
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def difference(one, other):
    return (one.int() - other.int()).abs()


@pytest.mark.parametrize(("mode", "most"), [("bilinear", 1), ("bicubic", 2)])
@pytest.mark.parametrize("picture", [noise, smooth])
@pytest.mark.parametrize(
    ("high", "wide"), [(97, 131), (131, 97), (64, 64), (33, 50), (51, 31), (200, 60), (7, 9)]
)
def test_a_picture_is_seen_as_pillow_shows_it(mode, most, picture, high, wide):
    made = picture(3, high, wide) if picture is noise else picture(high, wide)
    for look in (look_of(64, 56, 56, mode), look_of(43, 36, 31, mode)):
        apart = difference(seen(made, look), by_pillow(made, look))
        assert apart.max() <= most
        assert apart.float().mean() < 0.02  # all but a few levels are the same


@settings(max_examples=60, deadline=None)
@given(side, side, st.integers(1, 40), st.data())
def test_the_crop_is_torchvisions(high, wide, resize, data):
    height, width = (data.draw(st.integers(1, resize)) for _ in range(2))
    picture, look = noise(3, min(high, 3 * wide), min(wide, 3 * high)), look_of(resize, 1, 1)
    look = look_of(resize, height, width)
    assert difference(seen(picture, look), by_pillow(picture, look)).max() <= 1


def test_an_odd_pixel_is_left_out_where_torchvision_does_it():
    row = torch.arange(9).expand(1, 1, 9)
    firsts = [int(cut(row[..., :wide], 1, 2)[0, 0, 0]) for wide in range(2, 10)]
    assert firsts == [0, 0, 1, 2, 2, 2, 3, 4]  # halves go to the even number


@settings(max_examples=150, deadline=None)
@given(side, side, looks(), st.sampled_from([1, 3]), st.integers(1, 3))
def test_every_picture_becomes_what_a_look_asks_for(high, wide, look, planes, count):
    images = noise(count, planes, high, wide)
    shown = seen(images, look)
    assert (shown.shape, shown.dtype) == ((count, *look.size), torch.uint8)
    assert shown.is_contiguous()
    assert torch.equal(torch.stack([seen(image, look) for image in images]), shown)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), looks(), st.booleans())
def test_what_was_brought_or_kept_is_left_as_it_is(high, wide, look, thin):
    picture = noise(3, max(1, high // 60) if thin else high, wide)
    there = brought(picture, look)
    assert torch.equal(brought(there, look), there)
    kept = to_keep(picture, look)
    assert kept.numel() <= max(picture.numel(), there.numel())
    assert torch.equal(to_keep(kept, look), kept)
    assert torch.equal(to_see(kept, look), to_see(there, look))


def test_a_long_thin_picture_takes_no_memory_to_speak_of():
    look = look_of(64, 56, 56)
    assert brought(noise(3, 1, 3000), look).shape == (3, 64, 256)
    assert brought(noise(3, 3000, 2), look).shape == (3, 256, 64)
    assert brought(noise(3, 30, 120), look).shape == (3, 64, 256)  # one that is no longer is whole


def test_what_is_smaller_than_what_is_seen_is_enlarged():
    picture = noise(3, 20, 20)
    larger = Image.fromarray(picture.permute(1, 2, 0).contiguous().numpy())
    larger = np.array(larger.resize((50, 50), PILLOW["bilinear"]))
    shown = seen(picture, look_of(10, 50, 50))  # a border of black would be the other way
    assert difference(shown, torch.from_numpy(larger).permute(2, 0, 1)).max() <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(side, side, st.sampled_from([1, 3])), min_size=1, max_size=4), looks())
def test_gathered_pictures_are_seen_as_each_alone(shapes, look):
    batches = [noise(2, planes, high, wide) for high, wide, planes in shapes]
    photos = gathered(batches, look)
    pictures = [picture for batch in batches for picture in batch]
    assert photos.shape == (len(pictures), *look.size)
    alone = torch.stack([seen(picture, look) for picture in pictures])
    assert torch.equal(photos[:], alone)
    assert torch.equal(torch.stack([photos[place] for place in range(len(photos))]), alone)


def test_gathered_pictures_are_kept_small():
    photos = gathered([noise(7, 1, 28, 28)], look_of(73, 64, 64))
    assert len(photos.flat) == 7 * 28 * 28
    assert photos.framed
    assert not gathered([noise(2, 1, 28, 28), noise(1, 1, 28, 29)], photos.look).framed
    assert not gathered([noise(2, 1, 65, 65)], photos.look).framed
    large = gathered([noise(2, 3, 200, 300)], photos.look)
    assert large.sizes.tolist() == [[73, 109]] * 2


def test_each_gathered_picture_has_a_content_of_its_own():
    images = noise(5, 1, 6, 4)
    images[3] = images[1]
    contents = gathered([images], look_of(8, 8, 8)).content
    assert len({bytes(content.tolist()) for content in contents}) == 4
    turned = gathered([images.reshape(5, 1, 4, 6)], look_of(8, 8, 8)).content
    assert not (turned == contents).all(1).any()


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_a_look_does_not_depend_on_threads_or_company(threads, mode):
    look, before = look_of(48, 40, 40, mode), torch.get_num_threads()
    photos = gathered([noise(3, 3, 90, 70), noise(4, 1, 33, 30), noise(2, 3, 20, 20)], look)
    boxes = torch.tensor([[3, 2, 9, 13]]).expand(len(photos), 4)
    single = [photos[place] for place in range(len(photos))]
    parts = [photos.crops([place], boxes[:1])[0] for place in range(len(photos))]
    torch.set_num_threads(threads)
    try:
        assert torch.equal(photos[:], torch.stack(single))
        assert torch.equal(photos[3:7], torch.stack(single[3:7]))  # these are looked at together
        assert torch.equal(photos.crops(range(len(photos)), boxes), torch.stack(parts))
    finally:
        torch.set_num_threads(before)


def test_parts_are_resized_in_the_mode_of_the_look():
    picture, box = noise(1, 3, 60, 60), torch.tensor([[5, 10, 31, 22]])
    views = {}
    for mode in ("bilinear", "bicubic"):
        look = look_of(60, 40, 40, mode)
        views[mode] = gathered([picture], look).crops([0], box)[0]
        part = picture[0, :, 5:36, 10:32].permute(1, 2, 0).contiguous().numpy()
        wanted = np.array(Image.fromarray(part).resize((40, 40), PILLOW[mode]))
        assert difference(views[mode], torch.from_numpy(wanted).permute(2, 0, 1)).max() <= 2
    assert not torch.equal(*views.values())


@settings(max_examples=40, deadline=None)
@given(side, side, looks(), st.booleans())
def test_a_file_alone_is_seen_as_it_is_in_memory(tmp_path_factory, high, wide, look, grey):
    levels = noise(high, wide, 1 if grey else 3)
    path = tmp_path_factory.mktemp("one") / "a.png"
    Image.fromarray(levels.expand(-1, -1, 3).contiguous().numpy()).save(path)
    alone, planes = read_image(path, look), levels.permute(2, 0, 1)
    assert torch.equal(alone, seen(planes, look))
    assert torch.equal(alone, gathered([planes[None]], look)[0])
    if min(high, wide) > 3:  # of fewer it cannot be told which are channels
        assert torch.equal(alone, given_images(levels[None], look)[0])
