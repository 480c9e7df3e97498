"""Shards: what `shard` writes is read again as the same files; bash and tarfile are witnesses."""

import io
import json
import re
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from PIL import Image

from striate.data import open_images, write_shards
from striate.data.collection import Problem
from striate.data.sources.braces import expand
from striate.data.sources.shards import find_shards, samples_in, shard_collection, splits_of
from striate.data.sources.tar import members
from striate.errors import DataError, OptionError

number = st.integers(-3, 11)
texts = st.text("ab-._/0", max_size=4)
ranges = st.builds("{{{}..{}}}".format, number, number) | st.builds(
    "{{0{}..{}..{}}}".format, st.integers(0, 9), number, st.integers(-3, 9)
)
patterns = st.recursive(
    texts | ranges,
    lambda inner: (
        st.builds("".join, st.lists(inner, max_size=3))
        | st.builds("{{{}}}".format, st.lists(inner, max_size=3).map(",".join))
    ),
    max_leaves=4,
)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is the judge")
def test_braces_are_those_of_bash():
    cases = []

    @given(patterns)
    def collect(pattern):
        cases.append(f"x{pattern}y")

    collect()
    script = "".join(f"echo {case}\n" for case in cases)
    said = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert len(set(cases)) > 30
    for case, line in zip(cases, said.stdout.splitlines(), strict=True):
        assert " ".join(expand(case)) == line, case


def test_a_range_is_as_wide_as_it_is_written():
    assert expand("data-{000..063}.tar")[::21] == [f"data-{n:03}.tar" for n in (0, 21, 42, 63)]
    assert expand("{train,val}-{1..2}") == ["train-1", "train-2", "val-1", "val-2"]
    with pytest.raises(DataError, match="more than 100000 names"):
        expand("{0..999999999}")
    with pytest.raises(DataError, match="more than 100000 names"):
        expand("{1..1000}{1..1000}")


def tree(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def member_bytes(shard, member):
    with shard.open("rb") as file:
        file.seek(member.start)
        return file.read(member.length)


@given(
    st.lists(
        st.tuples(st.text("abé/\x80 €", min_size=1, max_size=150), st.binary(max_size=1200)),
        max_size=5,
    ),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT]),
)
def test_members_are_where_tarfile_says(files, form):
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, content in files:
            header = tarfile.TarInfo(name.replace("\0", "0"))
            header.size = len(content)
            try:
                archive.addfile(header, BytesIO(content))
            except ValueError:  # the oldest form has no room for such a name
                reject()
    content = stream.getvalue()
    path = Path(pytest.shards_folder) / "any.tar"
    path.write_bytes(content)
    found = list(members(path))
    assert [member_bytes(path, member) for member in found] == [content for _, content in files]
    with tarfile.open(path) as archive:
        assert [(member.name, member.start) for member in found] == [
            (header.name, header.offset_data) for header in archive
        ]


@pytest.fixture(autouse=True, scope="module")
def folder_for_archives(tmp_path_factory):
    pytest.shards_folder = tmp_path_factory.mktemp("archives")
    yield
    del pytest.shards_folder


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["train/ant", "train/bee", "test/ant"]),
            st.text("ab. é-", min_size=1, max_size=6)
            .map(str.strip)
            .filter(lambda name: name.strip(".") and name[0] != "."),
        ),
        st.binary(min_size=1, max_size=900),
        min_size=1,
    ),
    st.integers(1, 3),
    st.integers(0, 3),
)
@settings(max_examples=25)
def test_a_folder_comes_back_out_of_its_shards(files, count, seed):
    base = Path(pytest.shards_folder) / "round"
    shutil.rmtree(base, ignore_errors=True)
    files = {**files, ("train/ant", "one"): b"1", ("train/bee", "two"): b"2"}
    if not any(place == "test/ant" for place, _ in files):
        files["test/ant", "three"] = b"3"
    for (place, name), content in files.items():
        (base / "in" / place).mkdir(parents=True, exist_ok=True)
        (base / "in" / place / f"{name}.png").write_bytes(content)
    before = tree(base / "in")
    written = write_shards(base / "in", base / "out", count=count, seed=seed)
    assert tree(base / "in") == before
    assert not written.problems
    names = json.loads((base / "out" / "classes.json").read_text())
    shards, _ = find_shards(base / "out")
    splits, found = splits_of(shards), []
    for shard in shards:
        samples, problems = samples_in(shard)
        assert not problems
        assert 1 <= len(samples) <= count
        for sample in samples:
            label = names[int(member_bytes(shard, sample.members["cls"]))]
            found.append((f"{splits[shard]}/{label}", member_bytes(shard, sample.members["png"])))
    assert sorted(found) == sorted((place, content) for (place, _), content in files.items())


def test_shards_are_the_same_bytes_for_the_same_seed(lay, tmp_path):
    root = lay({"ant": 9, "bee": 9})
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_shards(root, tmp_path / name, size=0.016, seed=seed)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert tree(tmp_path / "a") != tree(tmp_path / "c")
    shards = sorted((tmp_path / "a").glob("*.tar"))
    assert len(shards) == 3
    assert all(path.stat().st_size <= 16_000 + 10_240 for path in shards)
    labels = [sample.members["cls"] for sample in samples_in(shards[0])[0]]
    assert len({member_bytes(shards[0], label) for label in labels}) == 2, "they are mixed"


def seen_in(collection, *names):
    """The pixels of each image under the name of its class."""
    splits = [collection.splits[name] for name in names]
    return sorted(
        (collection.classes[label], bytes(image.numpy()))
        for split in splits
        for image, label in zip(split.images, split.labels, strict=True)
    )


def test_shards_are_the_images_of_their_folder(lay, tmp_path):
    root = lay({"train/ant": 9, "train/bee": 9, "test/ant": 3, "test/bee": 2}, size=(9, 8))
    write_shards(root, tmp_path / "out", count=4)
    folder, shards = open_images(root), open_images(tmp_path / "out")
    assert shards.classes == folder.classes
    assert seen_in(shards, "test") == seen_in(folder, "test")
    assert seen_in(shards, "train", "val") == seen_in(folder, "train", "val")
    files = [line.split(",") for line in (tmp_path / "out" / "files.csv").read_text().splitlines()]
    assert sorted(file for _, _, file, _ in files[1:]) == sorted(tree(root))
    named = open_images(str(tmp_path / "out" / "{train,test}-{000000..000004}.tar"))
    assert named.digest == shards.digest
    assert open_images(str(tmp_path / "out" / "t*-*.tar")).digest != ""
    assert open_images(named.source).digest == shards.digest


def png(level=0, size=(8, 6)):
    stream = BytesIO()
    Image.new("L", size, level).save(stream, "PNG")
    return stream.getvalue()


def write_tar(path, files):
    with tarfile.open(path, "w") as archive:
        for name, content in files:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return path


def labelled(ending, contents):
    """Twelve pictures whose labels stand in members of that ending."""
    return [
        (f"some/{place:03}.{name}", content)
        for place in range(12)
        for name, content in (("png", png(place)), (ending, contents[place % len(contents)]))
    ]


@pytest.mark.parametrize(
    ("ending", "contents", "classes"),
    [
        ("cls", [b"10", b" 9\n"], ("9", "10")),
        ("txt", [b"bee\n", "fö".encode()], ("bee", "fö")),
        ("json", [b'{"label": 3}', b'{"label": 20, "x": 1}'], ("3", "20")),
        ("json", [b'{"label": "ant"}', b'{"label": "bee"}'], ("ant", "bee")),
    ],
)
def test_labels_are_numbers_texts_or_json(tmp_path, ending, contents, classes):
    path = write_tar(tmp_path / "any-0.tar", labelled(ending, contents))
    found = open_images(path)
    assert (found.name, found.classes) == ("any-0", classes)
    assert {file.split("/", 1)[0] for file in found.splits["train"].files} == {"any-0.tar"}


def test_a_list_of_names_says_what_numbers_mean(tmp_path):
    path = write_tar(tmp_path / "any.tar", labelled("cls", [b"0", b"1", b"2"]))
    (tmp_path / "classes.json").write_text('["ant", "bee"]')
    found = open_images(path)
    assert found.classes == ("ant", "bee")
    assert len(found.problems) == 4
    train = found.splits["train"]
    for file, label in zip(train.files, train.labels, strict=True):
        assert label == int(file[-7:-4]) % 3
    assert found.problems[0].detail == "classes.json has 2 names, from 0 on, and none for 2"
    for text in ("{}", "[1]", "nonsense"):
        (tmp_path / "classes.json").write_text(text)
        with pytest.raises(DataError, match=r"classes\.json"):
            open_images(path)


def test_samples_that_cannot_be_used_are_left_out_and_named(tmp_path):
    files = labelled("cls", [b"0", b"1"])
    files += [("a.cls", b"1"), ("b.png", png()), ("c.png", png()), ("c.cls", b"one")]
    files += [("d.json", b'{"label": null}'), ("d.jpg", png()), ("e.png", b"none"), ("e.cls", b"1")]
    files += [("some/000.cls", b"1"), ("._x.png", png()), ("../../up.png", png())]
    path = write_tar(tmp_path / "any.tar", files)
    with tarfile.open(path, "a") as archive:
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    before = tree(tmp_path)
    found = open_images(f"{tmp_path}/any.tar")
    assert sorted(f"{problem.file}: {problem.kind}" for problem in found.problems) == [
        "any.tar/../../up.png: no label",
        "any.tar/a: no image",
        "any.tar/b.png: no label",
        "any.tar/c.png: no label",
        "any.tar/d.jpg: no label",
        "any.tar/e.png: not an image",
        "any.tar/link.png: not a file",
        "any.tar/some/000.cls: named twice",
    ]
    assert sum(map(len, found.splits.values())) == 12
    assert tree(tmp_path) == before


def test_missing_shards_are_named_and_none_at_all_is_refused(tmp_path):
    write_tar(tmp_path / "d-1.tar", labelled("cls", [b"0", b"1"]))
    found = open_images(f"{tmp_path}/d-{{0..1}}.tar")
    assert (found.problems[0].file, found.problems[0].kind) == ("d-0.tar", "missing")
    with pytest.raises(DataError, match="there is no shard"):
        open_images(f"{tmp_path}/e-{{0..1}}.tar")
    with pytest.raises(DataError, match="there is no shard"):
        open_images(f"{tmp_path}/e-*.tar")


def test_one_split_alone_is_a_flat_set_and_two_need_train(tmp_path):
    for name in ("val-0.tar", "test-0.tar", "trainer.tar"):
        write_tar(tmp_path / name, labelled("cls", [b"0", b"1"]))
    assert set(shard_collection(tmp_path / "test-0.tar").splits) == {"train"}
    assert set(shard_collection(tmp_path / "trainer.tar").splits) == {"train"}
    with pytest.raises(DataError, match="has val and test and no train"):
        shard_collection(tmp_path / "{val,test}-0.tar")


def test_a_long_name_is_read_in_every_form(tmp_path):
    name = "/".join(["folder"] * 20) + "/0.png"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
        with tarfile.open(tmp_path / "any.tar", "w", format=form) as archive:
            archive.addfile(tarfile.TarInfo(name))
        assert [member.name for member in members(tmp_path / "any.tar")] == [name]


def test_a_header_that_was_changed_is_none(tmp_path):
    path = write_tar(tmp_path / "any.tar", [("a.txt", b"x"), ("b.txt", b"y")])
    content = bytearray(path.read_bytes())
    content[1024] ^= 1  # the name of the second
    path.write_bytes(content)
    first, second = members(path)
    assert (first.name, second.kind) == ("a.txt", "damaged")
    assert second.detail == "there is no header at byte 1024; what lies behind is not read"


def test_no_damaged_byte_is_more_than_a_problem(tmp_path):
    path = write_tar(tmp_path / "any.tar", labelled("cls", [b"0", b"1"]))
    whole, chance = path.read_bytes(), np.random.default_rng(2)
    seen = set()
    for turn in range(300):
        damaged = bytearray(whole)
        if turn % 3 == 0:
            damaged = damaged[: int(chance.integers(0, len(whole)))]
        for place in chance.integers(0, max(1, len(damaged)), 4 if turn % 3 else 0):
            header = place // 512 * 512 + int(chance.integers(100, 160))  # where numbers stand
            where = min(int(place if turn % 2 else header), len(damaged) - 1)
            damaged[where] = int(chance.integers(0, 256))
        path.write_bytes(damaged)
        samples, problems = samples_in(path)
        assert len(samples) <= 24
        seen |= {problem.kind for problem in problems}
        for member in (member for sample in samples for member in sample.members.values()):
            assert 0 <= member.start <= member.start + member.length <= len(damaged)
    assert {"damaged", "cut off"} <= seen
    path.write_bytes(b"")
    assert [type(problem) for problem in members(path)] == [Problem]
    assert [problem.kind for problem in members(tmp_path)] == ["cannot be read"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"count": 0}, "cannot be empty"),
        ({"size": -1}, "cannot be empty"),
        ({"count": 3, "size": 1}, "not both"),
    ],
)
def test_shards_that_cannot_be_are_refused(lay, tmp_path, options, says):
    with pytest.raises(OptionError, match=says):
        write_shards(lay({"a": 1, "b": 1}), tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_a_class_without_images_is_refused_before_anything_is_written(lay, tmp_path):
    root = lay({"a": 2, "b": 2})
    (root / "c" / "deeper").mkdir(parents=True)
    with pytest.raises(DataError, match=r"class 'c' of train .* has no image"):
        write_shards(root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_that_is_there_is_touched(lay, tmp_path):
    root = lay({"a": 2, "b": 2})
    for output in (root, root / "out"):
        with pytest.raises(OptionError, match="stays as it is"):
            write_shards(root, output)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(OptionError, match="is there already"):
        write_shards(root, tmp_path / "out")
    (tmp_path / "out" / "mine.txt").unlink()
    assert re.match(
        r"4 images of 2 classes in 1 shard\n", str(write_shards(root, tmp_path / "out"))
    )
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(DataError, match="is no folder of images"):
        write_shards(tmp_path / "nothere", tmp_path / "other")


def test_what_fails_leaves_nothing_behind(lay, tmp_path, monkeypatch):
    def failing(*_, **__):
        raise OSError(28, "No space left on device")

    root = lay({"a": 2, "b": 2})
    monkeypatch.setattr(tarfile.TarFile, "addfile", failing)
    with pytest.raises(OptionError, match="No space left"):
        write_shards(root, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photos"]
