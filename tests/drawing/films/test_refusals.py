"""What nobody can draw: numbers far too large, and options of the wrong sort, are a sentence."""

from pathlib import Path

import numpy as np
import pytest

from striate.drawing.films.scenes.making import diagnosed, film
from striate.drawing.saving import written
from striate.errors import DataError, OptionError, ShapeError, StriateError

HUGE = 999_999_999


@pytest.mark.parametrize("kind", ["conv", "pool", "gradients", "matrix", "unshared"])
def test_a_window_of_any_size_is_answered_at_once_and_its_remedies_are_true(kind):
    with pytest.raises(ShapeError, match="a 999999999x999999999 window is larger") as caught:
        film(kind, input=7, kernel=HUGE)
    assert caught.value.help == [
        "padding 499999996 gives 1x1",
        "a kernel of 7x7 gives 1x1",
        "an input of 999999999x999999999 gives 1x1",
    ]
    assert diagnosed(kind, caught.value, {"input": 7, "kernel": HUGE}) is None


def test_the_largest_kernel_that_fits_is_named_with_its_dilation():
    with pytest.raises(ShapeError) as caught:
        film("conv", input="9x12", kernel=HUGE, dilation=4)
    assert "a kernel of 3x3 gives 1x4" in caught.value.help


@pytest.mark.parametrize(
    ("kind", "options", "says", "remedy"),
    [
        ("conv", {"padding": 99_999, "stride": 99_999}, "200005x200005", "padding"),
        ("separable", {"padding": 999, "stride": 999}, "2005x2005", "padding"),
        ("conv", {"channels": 900, "padding": 1}, "900 times 9x9", "padding"),
        ("transpose", {"stride": 100_000}, "600003x600003", "stride"),
        ("transpose", {"stride": 9_999, "padding": 9_999}, "59997x59997", "stride"),
        ("transpose", {"dilation": 100_000}, "200007x200007", "dilation"),
    ],
)
def test_more_cells_than_can_be_shown_are_refused(kind, options, says, remedy):
    with pytest.raises(OptionError, match=f"{says} is more than the 60,000 cells") as caught:
        film(kind, input=7, **options)
    assert caught.value.help == [f"give a smaller {remedy}"]


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("shift", {"pool": "max"}, "a pool has no weights"),
        ("separable", {}, "a line of weights for each axis"),
    ],
)
def test_written_weights_are_refused_where_they_would_not_be_used(kind, options, says):
    with pytest.raises(OptionError, match=says):
        film(kind, input=7, kernel="sobel", **options)
    assert film(kind, input=7, kernel=3, **options).frames


@pytest.mark.parametrize("name", ["channels", "filters", "axes", "groups"])
@pytest.mark.parametrize("value", ["3", 1.5])
def test_whole_numbers_are_whole(name, value):
    with pytest.raises(OptionError, match=f"{name} '{value}' is not a whole number"):
        film("conv", **{name: value})


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("channels", {"group": "a"}, "group 'a' is not a whole number"),
        ("conv", {"size": 2.5, "image": "cat.png"}, "size '2.5' is not a whole number"),
        ("conv", {"rows": "no"}, "rows is True or False, not 'no'"),
        ("pool", {"ceil": 1}, "ceil is True or False, not '1'"),
        ("conv", {"title": 3}, "a title is a text, not 3"),
        ("conv", {"weights": 3}, "the weights are no kernels"),
        ("separable", {"weights": np.ones((3, 3))}, "no weights of a separable convolution"),
        ("conv", {"connect": [[0], [-1]]}, "is no table of connections"),
        ("conv", {"connect": [["a"]]}, "is no table of connections"),
        ("conv", {"connect": [[0], []]}, "is no table of connections"),
        ("conv", {"connect": []}, "is no table of connections"),
        ("conv", {"connect": 3}, "is no table of connections"),
        ("conv", {"connect": "1/0,2,0"}, "filter 1 of the connection table sees channel 0 twice"),
    ],
)
def test_options_of_the_wrong_sort_are_a_sentence(kind, options, says):
    with pytest.raises(StriateError, match=says):
        film(kind, **options)


@pytest.mark.parametrize("frame", [1.5, "first"])
def test_a_frame_is_a_whole_number(frame, tmp_path):
    with pytest.raises(OptionError, match=f"frame '{frame}' is not a whole number"):
        film("conv").save(tmp_path / "film.svg", frame=frame)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_whole_leaves_what_was_there(tmp_path, monkeypatch):
    target = tmp_path / "film.html"
    assert written(target, "old").read_text() == "old"

    def fills_up(path, content):
        with path.open("wb") as file:
            file.write(content[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fills_up)
    with pytest.raises(DataError, match=r"cannot write .*film\.html: .*No space left"):
        written(target, "new")
    assert [one.name for one in tmp_path.iterdir()] == ["film.html"]
    assert target.read_text() == "old"
