"""`striate filter` does what striate.filter does, and says how numbers became grey."""

import numpy as np
import pytest
from PIL import Image

import striate as library


@pytest.fixture
def photo(tmp_path):
    """A noisy photo in the folder of the command."""
    noise = np.random.default_rng(1).integers(0, 256, (12, 16, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "cat.png")
    return noise


def test_a_kernel_by_name_and_a_typed_one(striate, photo, tmp_path):
    for kernel, tokens in (("sobel", ()), ("-1,1", ("--show", "signed", "--grey"))):
        printed = striate("filter", "cat.png", "--kernel", kernel, *tokens, "-o", "out.png")
        assert printed.code == 0
        assert printed.out.startswith("out.png: ")
        options = {"show": "signed", "grey": True} if tokens else {}
        made = library.filter(photo, kernel, **options).levels.permute(1, 2, 0).squeeze(-1)
        with Image.open(tmp_path / "out.png") as saved:
            assert np.array_equal(np.asarray(saved), made.numpy())


def test_the_name_of_what_is_written(striate, photo, tmp_path):
    assert striate("filter", "cat.png").out.startswith(
        "cat-edge.png: the absolute value of each number"
    )
    assert striate("filter", "cat.png", "--kernel", "all").out == (
        "cat-all.png: the photo at 12x16 pixels, and under 8 kernels\n"
    )
    with Image.open(tmp_path / "cat-all.png") as saved:
        assert saved.width > 3 * 150


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ((), "OptionError: there is no photo to filter"),
        (("none.png",), "DataError: none.png: cannot be read"),
        (("cat.png", "--kernel", "sobol"), "did you mean 'sobel'?"),
        (("cat.png", "-o", "cat.png"), "cat.png is the photo itself"),
        (("cat.png", "-o", "out.txt"), "DataError: out.txt does not say which kind of image"),
        (("cat.png", "--border", "wrap"), "OptionError: 'wrap' is no border"),
    ],
)
def test_what_cannot_be(striate, photo, tokens, message):
    printed = striate("filter", *tokens)
    assert printed.code == 2
    assert message in printed.err
    assert "Traceback" not in printed.err
