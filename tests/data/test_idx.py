"""data.idx reads back what struct wrote, and says what is wrong with everything else."""

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data.sources.idx import holds_idx, idx_collection, idx_splits, read_idx
from striate.errors import DataError


@st.composite
def files(draw):
    """An array and the bytes of its IDX file."""
    sizes = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4))
    values = np.random.default_rng(0).integers(0, 256, sizes, dtype=np.uint8)
    header = b"".join(size.to_bytes(4, "big") for size in sizes)
    return values, bytes([0, 0, 8, len(sizes)]) + header + values.tobytes()


def read(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some-idx"
        path.write_bytes(content)
        return read_idx(path)


@settings(deadline=None)
@given(files(), st.booleans())
def test_an_array_comes_back_packed_or_not(file, packed):
    values, content = file
    found = read(gzip.compress(content) if packed else content)
    assert found.dtype == np.uint8
    assert found.flags.writeable
    assert np.array_equal(found, values)


@settings(deadline=None)
@given(files(), st.data())
def test_a_file_that_is_not_whole_is_refused(file, data):
    _, content = file
    for whole in (content, gzip.compress(content)):
        part = whole[: data.draw(st.integers(0, len(whole) - 1))]
        with pytest.raises(DataError, match="cannot be read as an IDX file"):
            read(part)


def test_the_refusal_says_what_was_found():
    with pytest.raises(DataError, match="begins with 89 50 4e 47"):
        read(b"\x89PNG\r\n")
    with pytest.raises(DataError, match="begins with 00 00 0d 01"):  # floats
        read(bytes([0, 0, 13, 1, 0, 0, 0, 0]))
    with pytest.raises(DataError, match="begins with nothing"):
        read(b"")
    with pytest.raises(DataError, match="2x3 values take 18 bytes, and it has 19"):
        read(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes(7))
    with pytest.raises(DataError, match="No such file"):
        read_idx("missing")


@pytest.mark.parametrize("end", [".gz", ""])
def test_every_image_has_its_own_label(tmp_path, write_four, end):
    splits = idx_splits(write_four(tmp_path, [3, 1, 2, 3], [2, 1], end=end))
    assert splits["train"].labels.tolist() == [3, 1, 2, 3]
    for split in splits.values():
        assert split.images.shape[1:] == (1, 5, 4)
        assert bool((split.images.flatten(1) == split.labels[:, None]).all())
    assert splits["test"].files == tuple(f"t10k-images-idx3-ubyte{end}[{i}]" for i in range(2))


def test_names_with_a_point_are_known_too(tmp_path, write_four):
    for path in write_four(tmp_path, [0, 1], [1], end="").iterdir():
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))
    assert holds_idx(tmp_path)
    assert idx_splits(tmp_path)["test"].labels.tolist() == [1]


def test_classes_are_called_by_the_numbers_that_occur(tmp_path, write_four):
    letters = idx_collection(write_four(tmp_path, [26, 1, 5, 1], [5, 26], size=(32, 40)))
    assert letters.classes == ("1", "5", "26")
    assert letters.splits["train"].labels.tolist() == [2, 0, 1, 0]
    assert letters.splits["test"].labels.tolist() == [1, 2]
    assert (letters.flip, letters.shift, letters.source) == (False, 2, str(tmp_path))


def test_a_test_label_that_train_has_not_is_refused(tmp_path, write_four):
    with pytest.raises(DataError, match="class that train has not: 7"):
        idx_collection(write_four(tmp_path, [0, 1], [1, 7]))


def test_labels_that_do_not_match_the_images_are_refused(tmp_path, write_four, write_idx):
    folder = write_four(tmp_path, [0, 1, 0], [1])
    write_idx(folder / "train-labels-idx1-ubyte.gz", [0, 1])
    with pytest.raises(DataError, match=r"3 images in .*train-images.* and 2 labels in .*labels"):
        idx_splits(folder)


def test_images_and_labels_that_changed_places_are_refused(tmp_path, write_four, write_idx):
    folder = write_four(tmp_path, [0, 1, 0], [1])
    write_idx(folder / "train-images-idx3-ubyte.gz", [0, 1, 0])
    with pytest.raises(DataError, match="it has 1 axes where 3 were expected"):
        idx_splits(folder)


def test_train_and_test_of_different_sizes_are_refused(tmp_path, write_four, write_idx):
    folder = write_four(tmp_path, [0, 1, 0], [1])
    write_idx(folder / "t10k-images-idx3-ubyte.gz", np.zeros((1, 9, 9)))
    with pytest.raises(DataError, match="images of 5x4 and 9x9"):
        idx_splits(folder)


def test_a_missing_file_is_named(tmp_path, write_four):
    folder = write_four(tmp_path, [0, 1], [1])
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="has no file t10k-labels-idx1-ubyte"):
        idx_splits(folder)
    assert not holds_idx(tmp_path / "elsewhere")


def test_labels_are_int64_and_images_uint8(tmp_path, write_four):
    train = idx_splits(write_four(tmp_path, [0, 255], [0]))["train"]
    assert train.labels.dtype == torch.int64
    assert train.labels.tolist() == [0, 255]
    assert train.images.dtype == torch.uint8
