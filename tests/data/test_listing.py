"""Lists of files: a CSV says what class folders would say, and every line of it counts."""

import shutil

import pytest

from striate.data import open_images, read_manifest, write_manifest
from striate.data.sources.listing import survey_list
from striate.errors import DataError


@pytest.fixture
def listed(lay):
    """Write a list beside photos/ with three ants and three bees."""
    root = lay({"ant": 12, "bee": 12}, size=(9, 8))

    def write(text, name="list.csv", encoding="utf-8"):
        path = root.parent / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def rows(label="ant", count=12, *, root="photos/", split=""):
    return "".join(f"{root}{label}/{place:03}.png,{label}{split}\n" for place in range(count))


def test_a_list_is_what_the_folders_are(listed):
    path = listed("file,label\n" + rows() + rows("bee"))
    found, folder = open_images(path), open_images(path.parent / "photos")
    assert (found.name, found.source, found.classes) == ("list", str(path), ("ant", "bee"))
    assert found.digest == folder.digest
    assert {f"photos/{row.file}" for row in folder.manifest()} == {
        row.file for row in found.manifest()
    }
    assert open_images(found.source).digest == found.digest


def test_files_may_lie_in_another_folder(listed, tmp_path):
    path = listed("file,label\n" + rows(root="") + rows("bee", root=""))
    pair = (path.parent / "photos", path)
    found = open_images(pair)
    assert found.source == (str(path.parent / "photos"), str(path))
    assert open_images(found.source).digest == found.digest
    with pytest.raises(DataError, match=r"list\.csv has no image that can be read") as refused:
        open_images(path)
    assert "FOLDER --labels LIST.csv" in refused.value.help[1]


def test_a_manifest_is_a_list(listed, tmp_path):
    folder = open_images(listed("").parent / "photos", seed=3)
    write_manifest(tmp_path / "split.csv", folder)
    found = open_images((tmp_path / "photos", tmp_path / "split.csv"), seed=9)
    assert found.digest == folder.digest
    assert sorted(found.manifest()) == sorted(read_manifest(tmp_path / "split.csv"))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["file,label,split", "Split,PATH,other,Class"])
def test_columns_may_stand_in_any_order_under_other_names(listed, mark, head):
    values = {"split": "Valid", "path": "photos/ant/000.png", "class": "ant", "other": "x y"}
    values |= {"file": values["path"], "label": values["class"]}
    lines = []
    for split, place in (("train", 0), ("train", 1), ("Valid", 2), ("test", 3)):
        for label in ("ant", "bee"):
            file = f"photos/{label}/{place:03}.png"
            values |= {"split": split, "path": file, "file": file, "class": label, "label": label}
            lines.append(",".join(values[name.lower()] for name in head.split(",")))
    text = "\n".join([head, *lines]) + "\n\n"
    path = listed(text.replace(",", mark), encoding="utf-8-sig")
    sizes = {name: len(split) for name, split in open_images(path).splits.items()}
    assert sizes == {"train": 4, "val": 2, "test": 2}


def test_lines_that_cannot_be_used_are_left_out_and_named(listed, tmp_path):
    text = "file,label\n" + rows() + rows("bee") + "photos/ant/000.png,ant\n"
    text += "photos/bee/001.png,ant\nphotos/ant/nothere.png,ant\nnotes.txt,ant\nphotos/ant/1.png,\n"
    (tmp_path / "notes.txt").touch()
    problems = [str(problem) for problem in survey_list(listed(text), tmp_path).problems]
    assert problems == [
        "photos/bee/001.png: named twice: as ant in train and bee in train",
        "photos/ant/000.png: named twice: another line says the same",
        "photos/bee/001.png: named twice: as ant in train and bee in train",
        f"photos/ant/nothere.png: missing: there is no file {tmp_path}/photos/ant/nothere.png",
        "notes.txt: not an image: by the ending of its name",
        "photos/ant/1.png: no label: its line in the list gives none",
    ]
    assert len(open_images(tmp_path / "list.csv").problems) == 6


def test_numbers_are_in_their_order(listed, tmp_path):
    for number in (9, 10, 2):
        shutil.copytree(tmp_path / "photos" / "ant", tmp_path / "photos" / str(number))
    text = "file,label\n" + "".join(rows(str(number)) for number in (9, 10, 2))
    assert open_images(listed(text)).classes == ("2", "9", "10")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no column 'file': it begins with ''"),
        ("a,b\n", "has no column 'file': it begins with 'a,b'"),
        ("file,split\n", "has no column 'label'"),
        ("file,label\n", "has no image that can be read"),
        ("file,label\nphotos/ant/000.png\n", r"line 2 is 'photos/ant/000\.png'"),
        ("file,label,split\n" + rows(count=1, split=",trian"), "line 2 has the split 'trian'"),
        ("file,label,split\n" + rows(split=",val") + rows(split=",test", label="bee"), "no train"),
        ("file,label,split\n" + rows(split=",train") + rows(split=",test", label="bee"), "'bee'"),
        ("file,label\n" + rows(), "has one class only, ant"),
        ("file,label\n" + "nothere.png,a\n" * 3, "the first: nothere.png"),
    ],
)
def test_what_is_no_list_is_refused(listed, text, says):
    with pytest.raises(DataError, match=says) as refused:
        open_images(listed(text))
    assert refused.value.help


def test_a_list_of_bytes_is_no_traceback(listed, tmp_path):
    path = listed("")
    for content in (b"\0\1\2\xff\xfe", b"file,label\n\xff\xfe.png,\0\n", b'file,label\n"a.png,b'):
        path.write_bytes(content)
        with pytest.raises(DataError):
            open_images(path)
