"""recipe.toml is read as it was written, and what is wrong with it is said."""

import os
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from striate.errors import RunError
from striate.runs.folder import NETWORK, RECIPE
from striate.runs.record import Images, Record, as_toml, read_record, write_record
from striate.training import Recipe

IMAGES = Images(
    name="blots",
    source='C:\\bilder\\"blots" ☃',
    size=(1, 8, 8),
    classes=("a b", "ü\n", "\udce9"),
    mean=(0.1 + 0.2,),
    std=(1e-5,),
    digest="00ff",
    seed=2**63 - 1,
)
RECIPE_OF_IT = Recipe(
    epochs=3,
    batch=8,
    optimizer="adamw",
    lr=1e-5,
    weight_decay=0,
    flip=True,
    augment="light",
    shift=1,
    crop=1.0,
    erase=0.0,
    mixup=0.0,
    cutmix=0.0,
    precision="float32",
    layout="contiguous",
    device="cpu",
    threads=2,
)
RECORD = Record(RECIPE_OF_IT, IMAGES, "x")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / NETWORK).write_text("INPUT 1x8x8 -> FC 3")
    write_record(tmp_path, RECORD)
    return tmp_path


def test_a_record_comes_back_whole(folder):
    assert read_record(folder) == RECORD


@given(text=some.text(some.characters(exclude_categories=["Cs"])), number=some.floats(-1e9, 1e9))
def test_any_text_and_number_is_written_as_toml(text, number):
    table = {"text": text, "number": number, "list": [text, text]}
    assert tomllib.loads(as_toml({"table": table})) == {"table": table}


def change(folder, old, new):
    path = folder / RECIPE
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"format = 1", b"format = 2", "format 2, and this striate reads format 1"),
        (b"format = 1", b"", "format None, and this"),
        (b"epochs = 3", b"epochs = -1", r"recipe\.toml: epochs = -1 cannot be"),
        (b"epochs", b"epoch", r"recipe\.toml: a recipe has no field 'epoch'"),
        (b"[data]", b"[data", r"recipe\.toml cannot be read"),
        (b"[task]", b"[job]", r"recipe\.toml cannot be read"),
        (b'precision = "float32"', b'precision = "auto"', r"recipe\.toml cannot be read"),
        (b"digest", b"sum", r"recipe\.toml cannot be read"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(folder, old, new, message):
    change(folder, old, new)
    with pytest.raises(RunError, match=message) as refused:
        read_record(folder)
    assert refused.value.help


def test_a_folder_that_is_no_run_is_named_with_the_newest_beside_it(tmp_path):
    for number in range(1, 6):
        (tmp_path / f"run{number}").mkdir()
        (tmp_path / f"run{number}" / RECIPE).write_text("")
        os.utime(tmp_path / f"run{number}" / RECIPE, (number, number))
    with pytest.raises(RunError, match="run9 does not exist") as refused:
        read_record(tmp_path / "run9")
    newest = ", ".join(str(tmp_path / f"run{number}") for number in (5, 4, 3))
    assert refused.value.help == [f"the newest runs beside it: {newest}"]
    with pytest.raises(RunError, match="holds no run") as refused:
        read_record(tmp_path)
    assert refused.value.help == [f"the newest runs in it: {newest}"]
    (tmp_path / "alone" / "empty").mkdir(parents=True)
    with pytest.raises(RunError, match="empty holds no run") as refused:
        read_record(tmp_path / "alone" / "empty")
    assert refused.value.help == ["train one: striate train digits"]
