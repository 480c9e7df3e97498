"""data.open_images: everything that a source can be, and what is said of everything else."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_digits

from striate.data import open_images, open_labelled, read_image
from striate.data.images import fit, in_channels
from striate.data.sources.cifar import ARCHIVE, PARTS
from striate.errors import DataError, OptionError


def counts(collection):
    return {name: len(split) for name, split in collection.splits.items()}


def test_digits_are_those_of_scikit_learn_under_their_labels():
    digits, (levels, labels) = open_images("digits", seed=3), load_digits(return_X_y=True)
    assert (digits.size, digits.flip, digits.shift) == ((1, 8, 8), False, 1)
    assert digits.classes == tuple("0123456789")
    for split in digits.splits.values():
        numbers = [int(file.removeprefix("digits[").removesuffix("]")) for file in split.files]
        assert split.labels.tolist() == labels[numbers].tolist()
        exact = levels[numbers] / 16 * 255
        assert np.abs(split.images.flatten(1).numpy() - exact).max() <= 0.5
        assert split.images.max() == 255


def test_a_published_set_is_opened_from_the_shelf(tmp_path, write_four, monkeypatch):
    monkeypatch.setenv("STRIATE_DATA", str(tmp_path))
    write_four(tmp_path / "fashion-mnist", list(range(10)) * 4, [9, 0, 9], size=(28, 28))
    clothes = open_images("fashion-mnist")
    assert (clothes.classes[0], clothes.classes[9]) == ("T-shirt/top", "Ankle boot")
    assert (clothes.name, clothes.source) == ("fashion-mnist", "fashion-mnist")
    assert (clothes.size, clothes.flip, clothes.shift) == ((1, 28, 28), True, 1)
    assert counts(clothes) == {"train": 30, "val": 10, "test": 3}
    for split in clothes.splits.values():
        assert bool((split.images[:, 0, 9, 9] == split.labels).all())


def test_a_set_under_the_name_of_another_is_refused(tmp_path, write_four, monkeypatch):
    monkeypatch.setenv("STRIATE_DATA", str(tmp_path))
    write_four(tmp_path / "mnist", [1, 26], [1])
    with pytest.raises(DataError, match="has the label 26, and mnist has 10 classes"):
        open_images("mnist")


def test_cifar_is_opened_from_the_shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_DATA", str(tmp_path))
    (tmp_path / "cifar10").mkdir()
    content = b"".join(bytes([label]) + bytes([label]) * 3072 for label in range(10))
    with tarfile.open(tmp_path / "cifar10" / ARCHIVE, "w:gz") as tar:
        for name in (*PARTS["train"], *PARTS["test"]):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    cifar = open_images("cifar10")
    assert (cifar.size, cifar.flip, cifar.shift) == ((3, 32, 32), True, 4)
    assert counts(cifar) == {"train": 40, "val": 10, "test": 10}
    assert cifar.classes[3] == "cat"


def test_a_folder_with_idx_files_is_opened_by_its_path(tmp_path, write_four):
    found = open_images(write_four(tmp_path / "letters", [4, 2] * 20, [2, 4]))
    assert (found.name, found.classes) == ("letters", ("2", "4"))
    assert counts(found) == {"train": 36, "val": 4, "test": 2}


def test_a_folder_can_be_opened_again_from_its_source(lay, tmp_path, monkeypatch):
    root = lay({"cat": 9, "dog": 9})
    monkeypatch.chdir(root.parent)
    first = open_images(root.name)
    monkeypatch.chdir(root)
    again = open_images(first.source)
    assert Path(first.source).is_absolute()
    assert (again.name, again.digest) == ("photos", first.digest)
    assert again.manifest() == first.manifest()


def test_a_name_is_the_known_set_and_a_path_the_folder(lay, monkeypatch):
    root = lay({"cat": 5, "dog": 5}, root="digits")
    monkeypatch.chdir(root.parent)
    assert open_images("digits").notes[0] == (
        "digits is the known set; the folder of that name is ./digits"
    )
    assert open_images("./digits").classes == ("cat", "dog")
    assert open_images(Path("digits")).classes == ("cat", "dog")
    monkeypatch.chdir(root)
    assert not any("folder" in note for note in open_images("digits").notes)


@pytest.mark.parametrize("source", ["fashion-mnits", "mnist2", "./nowhere", "~nobody/x"])
def test_an_unknown_source_is_refused_with_what_is_known(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as refused:
        open_images(source)
    assert "known sets: digits, mnist, fashion-mnist, cifar10" in refused.value.help


def test_a_misspelt_name_is_guessed():
    with pytest.raises(DataError, match="is neither a folder nor a known set") as refused:
        open_images("fashion-mnits")
    assert refused.value.help[0] == "did you mean fashion-mnist?"


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "images.zip").touch()
    with pytest.raises(DataError, match=r"images\.zip is a file, not a folder"):
        open_images(tmp_path / "images.zip")


def test_one_class_cannot_be_told_apart(lay):
    with pytest.raises(DataError, match="has one class only, cat"):
        open_images(lay({"cat": 5}))


@pytest.mark.parametrize("size", [0, -3, (3, 0, 8)])
def test_a_size_below_one_is_refused(size):
    with pytest.raises(OptionError, match="images cannot be"):
        open_images("digits", size=size)


@pytest.mark.parametrize("size", ["big", 16.5, (1, 16), (3, 8.0, 8), True, (3, 8, 8, 8)])
def test_what_is_no_size_is_refused(size):
    with pytest.raises(OptionError, match="images cannot be of the size"):
        open_images("digits", size=size)


def test_a_size_is_given_to_every_source(lay):
    assert open_images("digits", size=[3, 12, 10]).size == (3, 12, 10)
    assert open_images("digits", size=np.int64(16)).size == (1, 16, 16)
    assert open_images("digits", size=16).size == (1, 16, 16)
    assert open_images("digits", size=16).shift == 2
    assert open_images("digits", size=(3, 12, 10)).size == (3, 12, 10)
    grey = open_images(lay({"a": 9, "b": 9}), size=(1, 7, 9))
    assert grey.size == (1, 7, 9)
    assert "they are seen in grey" in grey.notes
    assert not any("seen in" in note for note in open_images("digits", size=(1, 8, 8)).notes)
    small = open_images("digits").splits["test"].images
    wide = open_images("digits", size=(3, 12, 10)).splits["test"].images
    assert torch.equal(wide, in_channels(fit(small, 12, 10), 3))


def test_a_size_gives_what_a_file_alone_gives(lay):
    split = open_images(lay({"a": 9, "b": 9}, size=(90, 70)), size=(1, 30, 40)).splits["val"]
    root = lay({})
    for image, file in zip(split.images, split.files, strict=True):
        assert torch.equal(read_image(root / file, (1, 30, 40)), image)


def test_a_trained_network_is_judged_by_its_own_numbers(lay):
    root = lay({"dog": 2, "ant": 3}, size=(9, 9))
    found = open_labelled(root, classes=("dog", "cat", "ant"), size=(3, 9, 9))
    split = found.splits["train"]
    assert found.classes == ("dog", "cat", "ant")
    assert split.labels.tolist() == [2, 2, 2, 0, 0]
    assert [file.split("/")[0] for file in split.files] == ["ant"] * 3 + ["dog"] * 2
    with pytest.raises(DataError, match="class that the network does not know: 'dog'"):
        open_labelled(root, classes=("cat", "ant"), size=(3, 9, 9))


def test_one_class_is_enough_to_judge_by(lay):
    root = lay({"train/a": 4, "val/a": 3}, size=(9, 9))
    splits = open_labelled(root, classes=("a", "b"), size=(3, 9, 9)).splits
    assert {name: len(split) for name, split in splits.items()} == {"train": 4, "val": 3}


def test_a_class_may_have_its_id_in_the_place_of_its_name(tmp_path):
    for name in ("n1", "n2"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (8, 8), (9 * len(name), 90, 30)).save(tmp_path / name / "one.png")
    found = open_labelled(
        tmp_path, classes=["ant", "bee", "cat"], size=(3, 8, 8), ids=["n0", "n1", "n2"]
    )
    assert found.splits["train"].labels.tolist() == [1, 2]
    assert found.classes == ("ant", "bee", "cat")


def test_of_many_classes_those_are_named_that_look_like_the_unknown_one(tmp_path):
    (tmp_path / "bees").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "bees" / "one.png")
    classes = ["bee", *(f"number {place}" for place in range(999))]
    with pytest.raises(DataError, match="does not know: 'bees'") as refused:
        open_labelled(tmp_path, classes=classes, size=(3, 8, 8))
    assert refused.value.help[0].startswith("it knows 1,000 classes, such as bee, ")
    assert len(refused.value.help[0]) < 100
