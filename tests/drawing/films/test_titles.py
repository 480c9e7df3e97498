"""What a film says about itself: its title in the words of the field, and its working."""

import pytest
from PIL import Image

import striate
from striate.drawing.films.stills.still import still
from striate.drawing.pictures.svg import svg


@pytest.mark.parametrize(
    ("kind", "options", "title"),
    [
        ("conv", {"input": 5}, "Convolution 3x3 over 5x5"),
        (
            "conv",
            {"input": "3x5x5", "filters": 2},
            "Convolution 3x3 over 5x5, 3 channels, 2 filters",
        ),
        (
            "conv",
            {"input": "4x5x5", "filters": 4, "groups": 2},
            "Grouped convolution 3x3 over 5x5, 4 channels, 4 filters",
        ),
        (
            "conv",
            {"input": "2x5x5", "filters": 4, "groups": 2},
            "Depthwise convolution 3x3 over 5x5, 2 channels, 4 filters",
        ),
        (
            "conv",
            {"input": "3x5x5", "connect": "0,1/1,2"},
            "Convolution by a table, 3x3 over 5x5, 3 channels, 2 filters",
        ),
        (
            "unshared",
            {"input": "2x4x4", "kernel": 2},
            "Unshared convolution 2x2 over 4x4, 2 channels",
        ),
        (
            "transpose",
            {"input": 4, "axes": 1, "stride": 2},
            "Transposed convolution 3, 4 to 9, stride 2",
        ),
        (
            "channels",
            {"input": "4x3x3", "group": 2},
            "Max pooling across channels, 4 in groups of 2",
        ),
        (
            "conv",
            {"input": 5, "padding": 1, "border": "reflect"},
            "Convolution 3x3 over 5x5, padding 1, border: reflect",
        ),
        ("conv", {"input": 5, "border": "reflect"}, "Convolution 3x3 over 5x5"),
        ("conv", {"input": 5, "padding": 1, "border": "edge", "title": "mine"}, "mine"),
    ],
)
def test_titles_say_what_it_is(kind, options, title):
    assert striate.draw(kind, **options).title == title


def test_bins_are_told_for_each_axis():
    told = striate.draw("adaptive", input="6x7", to=3).working
    assert told[0].endswith("0 to 1, 2 to 3, 4 to 5")
    assert told[1].endswith("0 to 2, 2 to 4, 4 to 6")
    assert [line.split(", ")[0] for line in told[:2]] == ["height", "width"]


def test_the_channels_of_a_photo_have_names(tmp_path):
    Image.new("RGB", (6, 6), (9, 8, 7)).save(tmp_path / "photo.png")
    for colour in (True, False):
        film = striate.draw("conv", image=tmp_path / "photo.png", colour=colour)
        assert ("channels 0, 1 and 2 are red, green and blue" in film.working) == colour


def test_of_volumes_fewer_channels_are_drawn():
    assert "2 of 3 channels" in striate.draw("c3d#conv1").working[-1]
    assert "channels" not in striate.draw("vgg16#features.0").working[-1]


def test_the_weights_of_a_matrix_are_told_from_its_zeros():
    film = striate.draw("matrix", input=4, kernel="1,0;0,1")
    plane = [one.role for one in film.planes].index("matrix")
    group = f'data-cell="{plane}.'
    drawn = [part for part in svg(still(film, 8)).split("<g ") if part.startswith(group)]
    read = [part for part in drawn if 'class="window"' in part]
    others = [part for part in drawn if 'class="kernel"' in part]
    assert (len(drawn), len(read), len(others)) == (9 * 16, 4, 8 * 4)  # zeros of the kernel too
