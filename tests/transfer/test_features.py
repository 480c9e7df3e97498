"""Kept features are those that were computed, whoever is killed, comes at once or does harm."""

import copy
import errno
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

import striate
from striate.data.features import Features
from striate.errors import DataError
from striate.transfer.features import features_key, keep_features, keeping
from striate.transfer.freezing import freeze
from striate.transfer.parting import part

KEEPING = """
import sys, time, torch
from striate.transfer.features import keep_features, keeping
keeping.FEW = int(sys.argv[1])
def batches():
    print("computing")
    for number in range(40):
        time.sleep(float(sys.argv[2]))
        yield torch.full((5, 1000), float(number))
print(float(keep_features("name", batches, (2, 100, 1000)).double().sum()))
"""
SUM = sum(range(40)) * 5000.0


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path))
    return tmp_path / "features"


@pytest.fixture(params=["few", "many"])
def size(request, monkeypatch):
    """Features are read into memory, and they are mapped."""
    if request.param == "many":
        monkeypatch.setattr(keeping, "FEW", 0)
        monkeypatch.setattr(keeping, "PIECE", 64)


class Source:
    """Batches of random rows, and how often they were asked for."""

    def __init__(self, shape, batch=7, seed=0):
        self.rows = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        self.shape, self.batch, self.asked = shape, batch, 0

    def __call__(self):
        self.asked += 1
        for view in self.rows:
            yield from view.split(self.batch)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(0, 9)),
    st.integers(1, 8),
    st.data(),
)
def test_what_is_kept_is_what_was_computed(shape, batch, data):
    source = Source(shape, batch, seed=data.draw(st.integers(0, 2**31)))
    few = keeping.FEW
    keeping.FEW = data.draw(st.sampled_from([0, few]))
    try:
        name = f"{shape} {hash(source.rows.numpy().tobytes())}"
        assert torch.equal(keep_features(name, source, shape), source.rows)
        assert torch.equal(keep_features(name, source, shape), source.rows)
        assert source.asked <= 1
    finally:
        keeping.FEW = few


def test_features_are_computed_once_and_learned_from(size):
    source = Source((2, 300, 1000))
    with torch.inference_mode():
        keep_features("name", source, source.shape)
        again = keep_features("name", source, source.shape)
    assert source.asked == 1
    layer = nn.Linear(1000, 1)
    layer(again[0]).sum().backward()
    assert torch.allclose(layer.weight.grad[0], source.rows[0].sum(0), atol=1e-3)


def test_another_name_or_shape_is_computed(size):
    source, other = Source((1, 10, 6)), Source((2, 10, 3), seed=1)
    keep_features("name", source, source.shape)
    assert torch.equal(keep_features("other", other, other.shape), other.rows)
    assert torch.equal(keep_features("name", other, other.shape), other.rows)
    assert other.asked == 2


@pytest.mark.parametrize("name", [keeping.ROWS, keeping.FACTS])
@pytest.mark.parametrize("harm", ["cut", "gone", "nonsense", "one byte"])
def test_what_is_damaged_is_made_again(size, cache, name, harm):
    source = Source((2, 300, 1000))
    keep_features("name", source, source.shape)
    path = cache / "name" / name
    content = path.read_bytes()
    changed = {
        "cut": content[:-7],
        "nonsense": b"?" * len(content),
        "one byte": bytes([content[0] ^ 1]) + content[1:],
    }
    path.unlink() if harm == "gone" else path.write_bytes(changed[harm])
    assert torch.equal(keep_features("name", source, source.shape), source.rows)
    assert source.asked == 2
    assert path.read_bytes() == content


def test_an_error_while_computing_leaves_nothing(size, cache):
    source = Source((2, 300, 1000))

    def failing():
        yield torch.zeros(7, 1000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_features("name", failing, source.shape)
    assert [path.suffix for path in cache.iterdir()] == [".lock"]
    assert torch.equal(keep_features("name", source, source.shape), source.rows)


def started(few, pause):
    return subprocess.Popen(
        [sys.executable, "-c", KEEPING, str(few), str(pause)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_kill_in_the_middle_leaves_nothing_that_is_taken_for_whole(cache, monkeypatch):
    process = started(0, 0.05)
    while process.poll() is None and not any(
        part.stat().st_size for part in cache.glob(f"*.part/{keeping.ROWS}")
    ):
        time.sleep(0.001)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    assert [path.name for path in cache.iterdir() if path.is_dir()] == ["name.part"]
    source = Source((2, 100, 1000))
    assert torch.equal(keep_features("name", source, source.shape), source.rows)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == ["name"]


def test_of_two_processes_at_once_one_computes():
    both = [started(0, 0.01), started(0, 0.01)]
    printed = [process.communicate(timeout=100)[0] for process in both]
    assert sorted("".join(printed).split()) == [f"{SUM}", f"{SUM}", "computing"]
    assert keep_features("name", None, (2, 100, 1000)).double().sum() == SUM


def test_on_a_full_disk_they_are_computed_into_memory_and_that_is_said(
    size, cache, monkeypatch, capsys
):
    source = Source((2, 300, 1000))
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000))
    assert torch.equal(keep_features("name", source, source.shape), source.rows)
    said = capsys.readouterr().err
    assert "its disk is too full for the 2.4 MB that they take; they are computed for" in said
    assert not [path for path in cache.iterdir() if path.is_dir()]


def test_a_disk_that_fills_up_loses_nothing(size, cache, monkeypatch, capsys):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    source = Source((2, 300, 1000))
    monkeypatch.setattr(keeping.os, "fsync", full)
    assert torch.equal(keep_features("name", source, source.shape), source.rows)
    assert source.asked == (1 if keeping.FEW == 2**26 else 2)
    assert "too full" in capsys.readouterr().err
    assert not [path for path in cache.iterdir() if path.is_dir()]


def test_a_cache_that_cannot_be_made_is_said(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "file"))
    source = Source((2, 30, 10))
    assert torch.equal(keep_features("name", source, source.shape), source.rows)
    assert "features cannot be kept in" in capsys.readouterr().err


def test_where_memory_is_short_too_there_is_a_sentence(monkeypatch):
    source = Source((2, 300, 1000))
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000))
    monkeypatch.setattr(keeping, "free", lambda _: 9_000_000)
    with pytest.raises(
        DataError, match=r"too full for the 2.4 MB .*memory is too short"
    ) as refused:
        keep_features("name", source, source.shape)
    assert "--no-cache" in refused.value.help[1]
    assert source.asked == 0


def body(text="INPUT 2x8x8 -> a: CONV 4 3x3 stride=2 -> BN -> b: FC 2"):
    torch.manual_seed(0)
    model = striate.build(striate.resolve(text))
    freeze(model, ["a", "1"])
    return part(model).body


def test_the_same_body_has_the_same_name():
    assert features_key(body(), "float32") == features_key(body(), b"float32")
    assert features_key(copy.deepcopy(body())) == features_key(body())


def test_what_a_row_follows_from_is_in_its_name():
    names = {features_key(body()), features_key(body(), "a", "b"), features_key(body(), "ab")}
    names |= {features_key(body(), "b", "a"), features_key(body(), "a", "b", "")}
    for path in ("a.weight", "a.bias", "1.running_mean", "1.running_var", "1.weight"):
        other = body()
        tensor = dict((*other.named_parameters(), *other.named_buffers()))[path]
        with torch.no_grad():
            tensor.view(-1)[-1] += 1e-6
        names.add(features_key(other))
    for text in (
        "INPUT 2x8x8 -> a: CONV 4 3x3 stride=2 -> BN eps=0.01 -> b: FC 2",
        "INPUT 2x8x8 -> a: CONV 4 3x3 stride=2 pad=1 -> BN -> b: FC 2",
        "INPUT 2x8x8 -> a: CONV 4 3x3 stride=2 pad=1 mode=edge -> BN -> b: FC 2",
        "INPUT 2x8x8 -> a: CONV 4 3x3 stride=2 -> BN -> RELU -> b: FC 2",
    ):
        names.add(features_key(body(text)))
    assert len(names) == 14


@given(st.integers(1, 3), st.integers(1, 6), st.data())
def test_features_stand_where_images_stand(views, count, data):
    values = torch.randn(views, count, 3)
    content = torch.arange(count * 32).reshape(count, 32).to(torch.uint8)
    features, mine = Features(values, content), torch.arange(count)
    for _ in range(data.draw(st.integers(0, 2))):
        most = max(0, len(mine) - 1)
        chosen = data.draw(st.lists(st.integers(0, most), max_size=5 if len(mine) else 0))
        places = torch.tensor(chosen, dtype=torch.int64)
        features, mine = features.select(places), mine[places]
    assert features.shape == (len(mine), 3)
    assert torch.equal(features.content, content[mine])
    everyone = torch.arange(len(mine))
    for view in range(views):
        assert torch.equal(features.at(view, everyone.flip(0)), values[view][mine].flip(0))
    assert torch.equal(features[:], values[0][mine])
    assert torch.equal(features.to("cpu").index_select(0, everyone), values[0][mine])
    if len(mine):
        assert torch.equal(features[len(mine) - 1], values[0][mine[-1]])
    with pytest.raises(IndexError):
        features[len(mine)]
