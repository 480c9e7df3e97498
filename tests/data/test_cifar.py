"""data.cifar reads records out of an archive that Python's tarfile wrote."""

import io
import tarfile

import numpy as np
import pytest
import torch

from striate.data.sources.cifar import ARCHIVE, PARTS, cifar_splits
from striate.errors import DataError

MEMBERS = (*PARTS["train"], *PARTS["test"])


def record(label, red, green, blue, first):
    """A record of one colour whose very first pixel is as red as `first`."""
    pixels = np.repeat(np.array([red, green, blue], dtype=np.uint8), 1024)
    pixels[0] = first
    return bytes([label]) + pixels.tobytes()


def archive(folder, contents):
    with tarfile.open(folder / ARCHIVE, "w:gz") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return folder


def whole():
    """Two records in each member, labelled by the number of the member and by 9 less that."""
    return {
        name: record(i, 10 * i, 1, 2, 100) + record(9 - i, 0, 0, 0, 255)
        for i, name in enumerate(MEMBERS)
    }


def test_a_record_is_a_label_and_red_green_blue(tmp_path):
    splits = cifar_splits(archive(tmp_path, whole()))
    train, test = splits["train"], splits["test"]
    assert train.labels.tolist() == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5]
    assert test.labels.tolist() == [5, 4]
    assert train.images.shape == (10, 3, 32, 32)
    assert train.images[6, :, 9, 9].tolist() == [30, 1, 2]
    assert train.images[6, 0, 0, :2].tolist() == [100, 30]
    assert train.files[3] == "data_batch_2.bin[1]"


def test_nothing_is_unpacked_to_disk(tmp_path):
    cifar_splits(archive(tmp_path, {**whole(), "../../outside": b"x"}))
    assert [path.name for path in tmp_path.rglob("*")] == [ARCHIVE]


def test_an_archive_without_a_member_is_refused(tmp_path):
    contents = whole()
    del contents[MEMBERS[2]]
    with pytest.raises(DataError, match=r"data_batch_3\.bin' not found"):
        cifar_splits(archive(tmp_path, contents))


def test_a_member_that_is_not_whole_is_refused(tmp_path):
    contents = whole()
    contents[MEMBERS[1]] = contents[MEMBERS[1]][:-1]
    with pytest.raises(DataError, match="6145 bytes, not a multiple of 3073"):
        cifar_splits(archive(tmp_path, contents))


def test_a_folder_in_place_of_a_member_is_refused(tmp_path):
    with tarfile.open(tmp_path / ARCHIVE, "w:gz") as tar:
        folder = tarfile.TarInfo(MEMBERS[0])
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
    with pytest.raises(DataError, match=r"data_batch_1\.bin in it is not a file"):
        cifar_splits(tmp_path)


def test_an_archive_that_is_cut_short_is_refused_or_has_lost_nothing(tmp_path):
    path = archive(tmp_path, whole()) / ARCHIVE
    content, expected, refused = path.read_bytes(), cifar_splits(tmp_path), 0
    for left in range(len(content)):
        path.write_bytes(content[:left])
        try:
            found = cifar_splits(tmp_path)
        except DataError:
            refused += 1
        else:
            assert torch.equal(found["train"].images, expected["train"].images)
            assert torch.equal(found["test"].images, expected["test"].images)
    assert refused > len(content) // 2
