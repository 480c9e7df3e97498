"""data.folders: what lies where, told from the names alone."""

import sys

import pytest

from striate.data.sources.folders import survey
from striate.errors import DataError


def touch(root, *files):
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def placed(root):
    return [(entry.file, entry.split, entry.label) for entry in survey(root).entries]


def test_a_flat_folder_has_a_folder_for_each_class(tmp_path):
    root = touch(tmp_path, "dog/b.JPG", "dog/a.png", "cat/c.webp")
    assert placed(root) == [
        ("cat/c.webp", "train", "cat"),
        ("dog/a.png", "train", "dog"),
        ("dog/b.JPG", "train", "dog"),
    ]
    assert survey(root).problems == ()


@pytest.mark.parametrize("val", ["val", "valid", "validation", "Val"])
def test_parts_are_known_by_their_names(tmp_path, val):
    root = touch(tmp_path, "test/x/1.jpg", f"{val}/x/2.jpg", "Train/x/3.jpg", "Train/y/4.jpg")
    assert placed(root) == [
        ("Train/x/3.jpg", "train", "x"),
        ("Train/y/4.jpg", "train", "y"),
        (f"{val}/x/2.jpg", "val", "x"),
        ("test/x/1.jpg", "test", "x"),
    ]


@pytest.mark.parametrize("parts", [(), ("val",), ("test",), ("val", "test")])
def test_train_comes_with_any_of_the_others(tmp_path, parts):
    root = touch(
        tmp_path, *(f"{part}/{label}/1.png" for part in ("train", *parts) for label in "ab")
    )
    assert tuple(survey(root).classes) == ("train", *parts)


def test_train_and_test_may_be_classes(tmp_path):
    root = touch(tmp_path, "train/1.jpg", "plane/1.jpg", "test/1.jpg")
    assert survey(root).classes == {"train": ("plane", "test", "train")}


def test_what_systems_hide_is_no_problem(tmp_path):
    hidden = (".DS_Store", "Thumbs.db", "desktop.ini", "._1.jpg")
    root = touch(tmp_path, "a/1.jpg", "b/1.jpg", ".git/x/1.jpg", "__MACOSX/a/1.jpg", "README.md")
    touch(root, *(f"a/{name}" for name in hidden))
    assert [label for _, _, label in placed(root)] == ["a", "b"]
    assert survey(root).problems == ()


def test_what_has_no_place_is_named(tmp_path):
    root = touch(tmp_path, "train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/b/1.jpg")
    touch(root, "extra/a/1.jpg", "loose.png", "train/loose.jpg", "val/a/labels.txt")
    touch(root, "train/b/deep/1.jpg", "train/b/nothing")
    assert {(problem.file, problem.kind) for problem in survey(root).problems} == {
        ("extra", "stray folder"),
        ("loose.png", "no label"),
        ("train/loose.jpg", "no label"),
        ("val/a/labels.txt", "not an image"),
        ("train/b/deep", "nested folder"),
        ("train/b/nothing", "not an image"),
    }
    assert len(survey(root).entries) == 4


def test_an_image_beside_flat_class_folders_is_named_once(tmp_path):
    root = touch(tmp_path, "a/1.jpg", "b/1.jpg", "loose.jpg")
    assert [str(problem) for problem in survey(root).problems] == [
        "loose.jpg: no label: it lies beside class folders"
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((), "holds no images"),
        (("1.jpg", "2.png"), r"holds images \(2\) but no class folders"),
        (("test/a/1.jpg", "val/a/1.jpg"), "has test/, val/ but no train/ with class folders"),
        (("train/1.jpg", "val/1.jpg"), "has train/, val/ but no train/ with class folders"),
        (("train/a/1.jpg", "val/1.jpg"), r"val holds images \(1\) but no class folders"),
        (("train/a/1.jpg", "val/a/1.jpg", "valid/a/1.jpg"), "two for one split"),
        (("train/a/1.jpg", "train/b/1.jpg", "val/c/1.jpg"), "class that train has not: 'c'"),
    ],
)
def test_a_folder_without_a_meaning_is_refused(tmp_path, files, message):
    with pytest.raises(DataError, match=message) as refused:
        survey(touch(tmp_path, *files))
    assert refused.value.help


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept otherwise on Windows")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    root = touch(tmp_path, "a/1.jpg", "b/1.jpg")

    def denied(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(root), "iterdir", denied)
    with pytest.raises(DataError, match="cannot be read: Permission denied"):
        survey(root)
