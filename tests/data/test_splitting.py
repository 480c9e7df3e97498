"""data.splitting: no image in two splits, each class in proportion, the same on every machine."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data import Collection, Row, Split, open_images, read_manifest, write_manifest
from striate.data.splitting import SPLITS, apportion, divide
from striate.errors import DataError

counts = st.lists(st.integers(3, 60), min_size=2, max_size=8)


def labelled(sizes, name="train"):
    """A split with so many images of each class, mixed, each image and file with its number."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    np.random.default_rng(0).shuffle(labels)
    numbers = torch.arange(len(labels), dtype=torch.int32)
    images = numbers.view(torch.uint8).reshape(-1, 1, 2, 2).clone()
    return Split(images, torch.from_numpy(labels), tuple(f"{name}/{i}" for i in range(len(labels))))


def collection(**sizes):
    splits = {name: labelled(these, name) for name, these in sizes.items()}
    classes = tuple(f"class {i}" for i in range(len(sizes["train"])))
    return Collection("some", "somewhere", classes, splits)


def per_class(split, many):
    return torch.bincount(split.labels, minlength=many).tolist()


@settings(deadline=None)
@given(counts, st.integers(0, 99))
def test_a_flat_set_is_divided_without_loss_or_overlap(sizes, seed):
    whole = collection(train=sizes).splits["train"]
    splits = divide(collection(train=sizes), seed).splits
    assert tuple(splits) == SPLITS
    files = [file for split in splits.values() for file in split.files]
    assert sorted(files) == sorted(whole.files)
    for split in splits.values():
        for image, label, file in zip(split.images, split.labels, split.files, strict=True):
            number = int(file.removeprefix("train/"))
            assert torch.equal(image, whole.images[number])
            assert label == whole.labels[number]


@settings(deadline=None)
@given(counts, st.integers(0, 99))
def test_every_class_is_in_every_split_in_proportion(sizes, seed):
    splits, total = divide(collection(train=sizes), seed).splits, sum(sizes)
    for name, parts in (("val", 10), ("test", 5)):
        held = per_class(splits[name], len(sizes))
        share = -(-total // parts)
        assert sum(held) == max(share, sum(max(1, size * share // total) for size in sizes))
        for size, many in zip(sizes, held, strict=True):
            assert max(1, size * share // total) <= many <= max(1, size * share // total + 1)
    assert min(per_class(splits["train"], len(sizes))) >= 1


@settings(deadline=None)
@given(st.lists(st.integers(2, 60), min_size=2, max_size=8), st.integers(0, 9))
def test_val_comes_out_of_train_and_test_is_not_touched(sizes, seed):
    given_splits = collection(train=sizes, test=sizes).splits
    splits = divide(collection(train=sizes, test=sizes), seed).splits
    assert splits["test"].files == given_splits["test"].files
    assert torch.equal(splits["test"].images, given_splits["test"].images)
    both = sorted(splits["train"].files + splits["val"].files)
    assert both == sorted(given_splits["train"].files)
    for name in ("train", "val"):
        assert min(per_class(splits[name], len(sizes))) >= 1


def test_val_has_a_tenth_but_never_more_than_5000():
    small = divide(collection(train=[200, 100], test=[3, 3]), 0)
    assert per_class(small.splits["val"], 2) == [20, 10]
    large = divide(collection(train=[40_000, 20_000], test=[3, 3]), 0)
    assert per_class(large.splits["val"], 2) == [3333, 1667]


def test_without_test_val_judges_and_this_is_said():
    both = divide(collection(train=[5, 5], val=[2, 2]), 0)
    assert tuple(both.splits) == ("train", "val")
    assert both.splits["val"].files == collection(train=[5, 5], val=[2, 2]).splits["val"].files
    assert "there is no test split: val" in both.notes[-1]


def test_three_splits_are_kept():
    given_splits = collection(test=[1, 1], train=[2, 2], val=[1, 1])
    kept = divide(given_splits, 0)
    assert tuple(kept.splits) == SPLITS
    assert all(kept.splits[name] is given_splits.splits[name] for name in SPLITS)


def test_the_split_depends_on_the_seed_alone():
    whole = collection(train=[50, 50])
    first, again, other = (divide(whole, seed).manifest() for seed in (0, 0, 1))
    assert first == again
    assert first != other
    assert (
        divide(whole, 0).notes[-1].endswith("each class in proportion: 70 train, 10 val, 20 test")
    )


def test_digits_are_divided_so_on_every_machine():
    digits = open_images("digits", seed=0)
    assert {name: len(split) for name, split in digits.splits.items()} == {
        "train": 1257,
        "val": 180,
        "test": 360,
    }
    assert digits.splits["test"].files[:3] == ("digits[3]", "digits[11]", "digits[12]")
    assert digits.digest[:16] == "d23d5e59a8258eb1"


@pytest.mark.parametrize(("sizes", "few"), [([9, 2], 2), ([1, 9], 1), ([9, 0], 0)])
def test_a_class_with_too_few_images_is_named_with_what_it_needs(sizes, few):
    label = f"class {sizes.index(few)}"
    with pytest.raises(
        DataError, match=f"{label}' has too few images: {few}, and .* 3 at least"
    ) as refused:
        divide(collection(train=sizes), 0)
    assert f"add {3 - few} image{'s' * (few < 2)} to it" in refused.value.help[0]


def test_a_class_that_nothing_judges_is_named():
    lacking = divide(collection(train=[5, 5, 5], val=[2, 0, 2]), 0)
    assert lacking.notes[-1] == "val has no image of class 1"
    whole = divide(collection(train=[5, 5, 5], val=[2, 1, 2]), 0)
    assert not any("has no image" in note for note in whole.notes)


def test_beside_a_test_split_two_images_of_a_class_are_enough():
    divide(collection(train=[2, 2], test=[1, 1]), 0)
    with pytest.raises(DataError, match="too few images: 1, and train and val need 2 at least"):
        divide(collection(train=[2, 1], test=[1, 1]), 0)


@settings(deadline=None)
@given(st.lists(st.integers(1, 99), min_size=1, max_size=9), st.integers(0, 50))
def test_a_share_is_apportioned_by_the_largest_remainders(sizes, share):
    parts = apportion(sizes, share)
    exact = [size * share / sum(sizes) for size in sizes]
    assert all(abs(part - wish) < 1 or part == 1 for part, wish in zip(parts, exact, strict=True))
    if min(exact) >= 1 or (len(sizes) == 1 and share):
        assert sum(parts) == share


def test_a_manifest_comes_back(tmp_path):
    names = ('a "quoted", name.jpg', "two\nlines.png", "ünï.png", "raw\udcff.png", "e", "f")
    whole = collection(train=[3, 3])
    train = Split(whole.splits["train"].images, whole.splits["train"].labels, names)
    rows = divide(Collection("some", "", whole.classes, {"train": train}), 0)
    write_manifest(tmp_path / "split.csv", rows)
    assert read_manifest(tmp_path / "split.csv") == rows.manifest()
    assert {row.file for row in rows.manifest()} == set(names)
    assert (tmp_path / "split.csv").read_bytes().startswith(b"file,label,split\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 is ''"),
        ("file,label\n", "line 1 is 'file,label'"),
        ("file,label,split\na,b,train\na,b,exam\n", "line 3 is 'a,b,exam'"),
        ("file,label,split\na,b\n", "line 2 is 'a,b'"),
    ],
)
def test_what_is_no_manifest_is_refused_by_its_line(tmp_path, text, message):
    (tmp_path / "split.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_manifest(tmp_path / "split.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_manifest(tmp_path / "missing.csv")


def test_a_row_reads_as_a_line():
    assert Row("f", "l", "train") == ("f", "l", "train")


def test_test_images_never_choose(lay):
    root = lay({"train/a": 20, "train/b": 20, "test/a": 4, "test/b": 4}, size=(40, 30))
    splits = open_images(root, seed=3).splits
    assert list(splits) == ["train", "val", "test"]
    assert {name: {file.split("/")[0] for file in s.files} for name, s in splits.items()} == {
        "train": {"train"},
        "val": {"train"},
        "test": {"test"},
    }
    assert (len(splits["train"]), len(splits["val"]), len(splits["test"])) == (36, 4, 8)
    assert not set(splits["train"].files) & set(splits["val"].files)
