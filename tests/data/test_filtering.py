"""Filtered photos are judged by the reference's loops, and by what the lecture says of a patch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import striate
from striate.data.filtering import filtering
from striate.data.filtering.shades import SHADES
from striate.errors import DataError, OptionError
from striate.reference import KERNELS, Sweep, correlate

TYPED = ("1,0;0,1", "1,-1", "-1;1", "1,2,0,-1;0,0,1,3")


def judged(channel, kernel, border):
    """What the definition gives of one channel, padded so that it keeps its size."""
    weights = np.atleast_2d(np.asarray(filtering.kernel_of(kernel), np.float64))
    sides = [((n - 1) // 2, n // 2) for n in weights.shape]
    return correlate(channel, weights, Sweep(padding=sides, border=border)).values


@settings(max_examples=30)
@given(
    size=st.tuples(st.integers(4, 9), st.integers(4, 9)),
    seed=st.integers(0, 99),
    kernel=st.sampled_from([*KERNELS, *TYPED]),
    border=st.sampled_from(filtering.BORDERS),
    strip=st.integers(1, 90),
)
def test_every_channel_is_correlated_by_itself(size, seed, kernel, border, strip):
    photo = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    photo[0, 0] = 255  # so that 255 is white
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "STRIP", strip)
        found = striate.filter(photo, kernel, border=border).values
    expected = [judged(photo[..., one], kernel, border) for one in range(3)]
    assert found.numpy() == pytest.approx(np.stack(expected), abs=1e-3)


@pytest.mark.parametrize("name", KERNELS)
def test_a_solid_patch_up_to_its_border(name):
    found = striate.filter(np.full((6, 7), 70, np.uint8), name)
    keeps = name in ("sharpen", "blur", "identity")
    assert found.levels.unique().tolist() == [70 if keeps else 0]
    assert found.shades == ("clip" if keeps else "absolute")


def test_a_frame_of_zeros_is_an_edge():
    photo = np.full((5, 5), 70, np.uint8)
    framed = striate.filter(photo, border="zeros").values[0]
    assert framed[0].tolist() == [5 * 70, 3 * 70, 3 * 70, 3 * 70, 5 * 70]


def test_the_shades_of_an_edge():
    photo = np.array([[0, 0, 100, 100]] * 3, np.uint8)
    photo[0, 0] = 255
    seen = {one: striate.filter(photo[1:], "1,0,-1", show=one).levels for one in SHADES}
    assert seen["clip"][0, 1].tolist() == [0, 0, 0, 0]
    assert seen["absolute"][0, 1].tolist() == [0, 100, 100, 0]
    assert seen["signed"][0, 1].tolist() == [128, 1, 1, 128]
    assert seen["stretch"][0, 1].tolist() == [255, 0, 0, 255]
    assert striate.filter(photo[1:], "1,1").shades == "stretch"


def test_a_photo_is_turned_upright_and_grey_ones_have_one_channel(tmp_path):
    pixels = np.arange(60, dtype=np.uint8).reshape(5, 4, 3) * 4
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    upright = striate.filter(tmp_path / "a.png", "identity").levels
    assert torch.equal(upright, torch.from_numpy(np.rot90(pixels, -1).copy()).permute(2, 0, 1))
    assert striate.filter(tmp_path / "a.png", "identity", grey=True).levels.shape == (1, 4, 5)
    Image.fromarray(pixels[..., 0]).save(tmp_path / "b.png")
    assert striate.filter(tmp_path / "b.png", "identity").levels.shape == (1, 5, 4)


def test_what_is_saved_is_what_is_seen(tmp_path):
    photo = np.random.default_rng(3).integers(0, 256, (9, 11, 3), np.uint8)
    found = striate.filter(photo, "sobel")
    found.save(tmp_path / "new" / "out.png")
    with Image.open(tmp_path / "new" / "out.png") as saved:
        assert np.array_equal(np.asarray(saved), found.levels.permute(1, 2, 0).numpy())
    assert found._repr_png_().startswith(b"\x89PNG")
    assert Image.fromarray(photo).size == (11, 9)
    image = striate.filter(Image.fromarray(photo), "sobel")
    assert torch.equal(image.values, found.values)


def test_the_sheet_has_every_kernel_and_the_photo():
    photo = np.random.default_rng(4).integers(0, 256, (200, 900, 3), np.uint8)
    sheet = striate.filter(photo, "all")
    assert [one.kernel for one in sheet.filtered] == [*KERNELS]
    assert sheet.photo.shape == (3, 89, 400)
    alone = striate.filter(sheet.photo, "scharr")
    assert torch.equal(alone.values, sheet.filtered[[*KERNELS].index("scharr")].values)
    picture = np.asarray(sheet.image)
    assert np.array_equal(picture[16:105, 16:416], sheet.photo.permute(1, 2, 0).numpy())
    assert sheet._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel": "egde"}, "(?s)'egde' is not a kernel.*did you mean 'edge'"),
        ({"kernel": "1,2;3"}, "differ in length"),
        ({"kernel": "1,x"}, "'1,x' is not a kernel"),
        ({"kernel": "1,1,1,1,1,1"}, "a kernel of 1x6 is larger than its photo, 4x5"),
        ({"kernel": "1;1;1;1;1"}, "a kernel of 5x1 is larger than its photo, 4x5"),
        ({"border": "wrap"}, "'wrap' is no border"),
        ({"show": "bright"}, "'bright' are no shades"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(OptionError, match=message):
        striate.filter(np.full((4, 5), 9, np.uint8), **options)


def test_photos_that_cannot_be(tmp_path):
    with pytest.raises(DataError, match="the photo"):
        striate.filter(np.zeros((3, 4, 5, 6)))
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match="not an image"):
        striate.filter(tmp_path / "a.jpg")
    with pytest.raises(DataError, match=r"out\.xyz does not say which kind"):
        striate.filter(np.zeros((4, 5), np.uint8)).save(tmp_path / "out.xyz")
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(DataError, match="cannot be written"):
        striate.filter(np.zeros((4, 5), np.uint8)).save(tmp_path / "file" / "out.png")


def test_rows_may_be_an_array():
    photo = np.random.default_rng(3).integers(0, 256, (6, 7), np.uint8)
    typed = striate.filter(photo, "1,-1;0,2")
    for rows in (np.array([[1, -1], [0, 2]]), torch.tensor([[1, -1], [0, 2]]), [[1, -1], [0, 2]]):
        given = striate.filter(photo, rows)
        assert (given.values == typed.values).all()
        assert (given.kernel, given.shades) == ("2x2 weights", typed.shades)


@pytest.mark.parametrize(
    ("kernel", "says"),
    [
        ("3", "'3', which is a size, or one number"),
        ("3x3", "'3x3', which is a size"),
        (3, "an array of 0 axes"),
        (np.ones((3, 3, 3)), "an array of 3 axes"),
        (np.full((3, 3), np.nan), "not finite"),
        (np.ones((0, 3)), "an array that is empty"),
        ([[1, 2], [3]], "a list that is no array of numbers"),
        ("1e300,1", "not finite"),
    ],
)
def test_what_is_no_kernel_of_a_photo_is_a_sentence(kernel, says):
    with pytest.raises(OptionError, match=says) as caught:
        striate.filter(np.zeros((5, 5), np.uint8), kernel)
    assert "or its rows" in caught.value.help[0]


def test_a_photo_is_not_told_to_take_a_kernel_by_its_size():
    with pytest.raises(OptionError, match="'sobbel' is not a kernel") as caught:
        striate.filter(np.zeros((5, 5), np.uint8), "sobbel")
    assert not [one for one in caught.value.help if "size" in one]
    assert "did you mean 'sobel'?" in caught.value.help
