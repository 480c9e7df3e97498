"""data.checking: every kind of bad file is named with its kind, and no file is ever touched."""

import hashlib
import json
import os
import struct
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

import striate
from striate.cli import main
from striate.data.checking.checking import check
from striate.data.decoding import LONGEST, MOST_BYTES
from striate.errors import DataError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """A cache of the test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("STRIATE_CACHE", str(folder))
    return folder


def noise(seed, width=24, height=18):
    levels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(levels)


def jpeg(path, **options):
    noise(zlib.crc32(path.name.encode())).save(path, "JPEG", quality=95, **options)


def chunk(kind, content):
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def png(width, height, rows, bits=8):
    """A PNG file in colour, made by hand."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + body


def exif(orientation):
    made = Image.Exif()
    made[0x0112] = orientation
    return made


def cut(path):
    jpeg(path)
    path.write_bytes(path.read_bytes()[:-300])


def headless(path):
    jpeg(path)
    path.write_bytes(path.read_bytes()[:10])


def scrambled(path):
    noise(1).save(path, "PNG")
    content = bytearray(path.read_bytes())
    content[60:200] = bytes(140)
    path.write_bytes(content)


def of_many_scans(path):
    noise(2).save(path, "JPEG", progressive=True)
    content = path.read_bytes()
    scan = content.rindex(b"\xff\xda")
    path.write_bytes(content[:-2] + content[scan:-2] * 300 + b"\xff\xd9")


def film(path):
    noise(3).save(path, save_all=True, append_images=[noise(4), noise(5)])


def trailing(path):
    jpeg(path)
    path.write_bytes(path.read_bytes() + b"PK this was a zip file once")


def badly_noted(path):
    jpeg(path, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")


def huge(path):
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)


def endless(path):
    os.mkfifo(path)


def nowhere(path):
    path.symlink_to(path.with_name("gone.jpg"))


PROBLEMS = {
    "cut.jpg": ("truncated", cut),
    "empty.jpg": ("empty", lambda path: path.touch()),
    "text.jpg": ("not an image", lambda path: path.write_text("hello")),
    "page.png": ("not an image", lambda path: path.write_text("<html>404</html>")),
    "headless.jpg": ("truncated", headless),
    "header.jpg": ("damaged", lambda path: path.write_bytes(b"\xff\xd8 hello, world")),
    "scrambled.png": ("damaged", scrambled),
    "scans.jpg": ("damaged", of_many_scans),
    "film.gif": ("several frames", film),
    "film.webp": ("several frames", film),
    "imageNotFound.jpg": ("placeholder", jpeg),
    "bomb.png": ("too large", lambda path: path.write_bytes(png(20_000, 20_000, b""))),
    "ribbon.png": ("too large", lambda path: path.write_bytes(png(LONGEST + 1, 1, b""))),
    "huge.jpg": ("too large", huge),
    "measured.tif": ("damaged", lambda path: Image.new("F", (9, 9)).save(path)),
    "labels.txt": ("not an image", lambda path: path.write_text("bee")),
    "deep": ("nested folder", lambda path: path.mkdir()),
    "folder.jpg": ("nested folder", lambda path: path.mkdir()),
}
ODD_FILES = {"pipe.jpg": ("not a file", endless), "gone-link.jpg": ("dangling link", nowhere)}

NOTES = {
    "wrong.jpg": ("wrong extension", lambda path: noise(6).save(path, "PNG")),
    "lying.jpg": ("rotated", lambda path: jpeg(path, exif=exif(6))),
    "print.jpg": ("CMYK", lambda path: noise(7).convert("CMYK").save(path)),
    "table.png": ("palette", lambda path: noise(8).quantize(16).save(path)),
    "through.png": ("transparent", lambda path: noise(9).convert("RGBA").save(path)),
    "wide.png": ("16 bits", lambda path: path.write_bytes(png(6, 4, (b"\0" + b"x" * 36) * 4, 16))),
    "deep.png": ("16 bits", lambda path: Image.new("I;16", (9, 9), 999).save(path)),
    "grey.jpg": ("grey among colour", lambda path: noise(10).convert("L").save(path)),
    "line.png": ("one pixel wide", lambda path: noise(11, 1, 50).save(path)),
    "ribbon.jpg": ("odd shape", lambda path: noise(12, 200, 8).save(path)),
    "noted.jpg": ("broken EXIF", badly_noted),
    "trailing.jpg": ("trailing data", trailing),
    "trailing.png": (
        "trailing data",
        lambda path: path.write_bytes(png(6, 4, (b"\0" + b"x" * 18) * 4) + b"rest"),
    ),
    "flat.png": ("one colour", lambda path: Image.new("RGB", (9, 9), (9, 8, 7)).save(path)),
}


@pytest.fixture
def photos(tmp_path):
    """Class folders with four good photos each; returns the root."""
    for label in ("ant", "bee"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(4):
            jpeg(tmp_path / "photos" / label / f"{label}{number}.jpg")
    return tmp_path / "photos"


def state(root):
    """A hash of everything below a folder: names, kinds, times and bytes."""
    sha = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        found = path.lstat()
        sha.update(f"{path} {found.st_mode} {found.st_mtime_ns} {found.st_size}".encode())
        if path.is_file() and found.st_size < 2**20:
            sha.update(path.read_bytes())
    return sha.hexdigest()


def named(found):
    return {(item.file, item.kind) for item in (*found.problems, *found.notes)}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_bad_file_is_left_out_and_named_with_its_kind(photos, name):
    kind, make = PROBLEMS[name]
    make(photos / "bee" / name)
    found = check(photos)
    assert [(p.file, p.kind) for p in found.problems] == [(f"bee/{name}", kind)]
    assert found.problems[0].detail
    assert found.classes == {"ant": 4, "bee": 4}
    assert not found.clean


@POSIX
@pytest.mark.parametrize("name", ODD_FILES)
def test_what_is_no_plain_file_is_never_opened(photos, name):
    kind, make = ODD_FILES[name]
    make(photos / "bee" / name)
    found = check(photos)
    assert [(p.file, p.kind) for p in found.problems] == [(f"bee/{name}", kind)]


@pytest.mark.parametrize("name", NOTES)
def test_an_odd_file_is_kept_and_named_with_its_kind(photos, name):
    kind, make = NOTES[name]
    make(photos / "bee" / name)
    found = check(photos)
    assert (f"bee/{name}", kind) in named(found)
    assert found.problems == ()
    assert found.classes == {"ant": 4, "bee": 5}
    assert found.clean


def test_good_files_are_named_nowhere(photos):
    found = check(photos)
    assert (found.problems, found.notes, found.duplicates) == ((), (), ())
    assert (found.images, found.refused, found.clean) == (8, None, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_without_rights_is_named(photos):
    (photos / "bee" / "bee0.jpg").chmod(0)
    assert named(check(photos)) == {("bee/bee0.jpg", "cannot be read")}


def test_keep_keeps_what_decodes(photos):
    jpeg(photos / "bee" / "imageNotFound.jpg")
    film(photos / "bee" / "film.gif")
    found = check(photos, keep=True)
    assert found.problems == ()
    assert found.classes == {"ant": 4, "bee": 6}
    assert {("bee/imageNotFound.jpg", "placeholder"), ("bee/film.gif", "several frames")} <= named(
        found
    )
    assert len(check(photos).problems) == 2  # what was kept is not remembered as good


def everything_bad(photos):
    for name, (_, make) in {**PROBLEMS, **NOTES, **ODD_FILES}.items():
        make(photos / "bee" / name)
    (photos / "loose.jpg").write_bytes((photos / "bee" / "bee0.jpg").read_bytes())


@POSIX
def test_no_command_touches_the_folder(photos, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    everything_bad(photos)
    before = state(photos)
    assert len({p.kind for p in check(photos).problems}) >= 11
    net = "INPUT -> CONV 4 3x3 -> RELU -> FC"
    run = striate.train(photos, net, epochs=1, batch=8, size=16, project=tmp_path / "runs")
    left_out = {
        problem["file"]
        for problem in json.loads((run.folder / "data.json").read_text())["problems"]
    }
    assert left_out == {problem.file for problem in check(photos).problems}
    assert state(photos) == before
    run.evaluate(photos)
    run.predict([photos / "bee" / "wrong.jpg"])
    assert state(photos) == before


def test_a_folder_that_cannot_be_written_can_be_checked(photos):
    folders = (photos, photos / "ant", photos / "bee")
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert check(photos).clean
    finally:
        for folder in folders:
            folder.chmod(0o755)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((), "holds no images"),
        (("1.jpg",), "no class folders"),
        (("ant/1.jpg",), "one class only"),
        (("train/ant/1.jpg", "train/bee/1.jpg", "val/cat/1.jpg"), "has not: 'cat'"),
        (("val/ant/1.jpg", "test/ant/1.jpg"), "but no train/"),
        (("train/ant/1.jpg", "val/ant/1.jpg", "valid/ant/1.jpg"), "two for one split"),
        (("ant/1.jpg", "ant/2.jpg", "bee/1.jpg", "bee/2.jpg"), "2, and its splits need 3"),
        (("ant/1.jpg", "bee/note.txt"), "class 'bee' of train has no image"),
    ],
)
def test_what_training_would_refuse_is_reported(tmp_path, files, message):
    root = tmp_path / "photos"
    root.mkdir()
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        jpeg(root / file)
    found = check(root)
    assert message in found.refused
    assert message in " ".join(str(found).split())
    assert not found.clean


def test_classes_that_are_not_judged_are_named_and_empty_ones_not_compared(tmp_path):
    for file in ("train/ant/1.jpg", "train/ant/2.jpg", "train/bee/1.jpg", "val/ant/1.jpg"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        jpeg(tmp_path / file)
    (tmp_path / "train" / "cat").mkdir()
    found = check(tmp_path)
    assert found.uneven == 2
    assert "val has no image of bee, cat" in str(found)


def test_no_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="is not a folder"):
        check(tmp_path / "nowhere")


def run(*tokens):
    try:
        main(tokens)
    except SystemExit as stopped:
        return stopped.code
    return 0


def test_the_command_prints_and_says_with_its_code_what_it_found(photos, capsys):
    assert run("check", str(photos)) == 0
    assert "nothing stands in the way" in capsys.readouterr().out
    cut(photos / "bee" / "[red]cut.jpg")
    assert run("check", str(photos)) == 1
    assert "bee/[red]cut.jpg: " in capsys.readouterr().out
    assert run("check", str(photos), "--json") == 1
    form = json.loads(capsys.readouterr().out)
    assert form["problems"][0]["kind"] == "truncated"
    assert form["splits"] == {"train": {"ant": 4, "bee": 4}}
    assert (form["images"], form["usable"], form["classes"]) == (9, 8, {"ant": 4, "bee": 4})
    assert run("check", "nowhere", "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "DataError"


@POSIX
def test_names_that_are_no_text_are_no_trouble(photos, capsys):
    odd = os.fsencode(photos / "bee") + b"/\xff\x1b[2J.jpg"
    with open(odd, "wb"):  # noqa: PTH123 (no Path holds such a name from bytes)
        pass
    assert run("check", str(photos)) == 1
    assert "\x1b" not in capsys.readouterr().out
    assert run("check", str(photos), "--json") == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["kind"] == "empty"
