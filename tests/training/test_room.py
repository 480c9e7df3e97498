"""What a step takes in memory, against sums by hand; and what is done when it is too much."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from torch import nn

from striate.errors import ShapeError
from striate.ops import room
from striate.ops.room import free
from striate.tasks import classify
from striate.training import choose, trying
from striate.training.learner import Learner
from striate.training.room import BESIDES, USED, Need, need


@given(
    fixed=some.floats(0, 1e9),
    image=some.floats(1, 1e7),
    batch=some.integers(1, 512),
    space=some.floats(1, 1e11),
)
def test_the_batch_is_the_largest_half_that_fits(fixed, image, batch, space):
    counted = Need(fixed, image)
    found = counted.batch(batch, room=space)
    halves = [batch >> times for times in range(10) if batch >> times]
    assert found in halves
    fitting = [half for half in halves if counted.bytes(half) <= USED * space]
    assert found == (fitting[0] if fitting else 1)


def test_what_is_kept_of_an_image_is_what_autograd_saves(collection, recipe):
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 3))
    counted = need(replace(recipe, optimizer="sgd"), collection, network, classify)
    kept = 4 * (64 + 32 + 3) + 8  # input, what ReLU gave, log-softmax; and the label
    assert counted.image / BESIDES == pytest.approx(kept, abs=8)
    weights = 64 * 32 + 32 + 32 * 3 + 3
    assert counted.fixed == 3 * 4 * weights  # the weights, their gradients and momentum


def test_adam_and_the_mean_of_the_weights_take_more(network, collection, recipe):
    weights = sum(value.numel() for value in network.parameters())
    plain = need(replace(recipe, optimizer="sgd"), collection, network, classify).fixed
    adam = need(recipe, collection, network, classify).fixed
    mean = need(replace(recipe, ema=0.9), collection, network, classify).fixed
    assert 4 * weights <= adam - plain < 4 * weights + 200
    assert mean - adam == 4 * weights


def test_memory_is_told_here():
    found = free("cpu")
    assert found is None or 2**20 < found < 2**50


def test_an_open_batch_is_halved_and_a_given_one_is_kept_with_advice(
    network, collection, recipe, monkeypatch
):
    monkeypatch.setattr(trying, "need", lambda *_: Need(fixed=0, image=1e6))
    monkeypatch.setattr(trying, "free", lambda _: 10_000_000)
    chosen, sentence = choose(replace(recipe, batch=None, lr=None), collection, network, classify)
    assert chosen.batch == 8
    assert sentence.endswith("batches of 8, since a step of 16 may take 16 MB, and 10 MB are free")
    assert chosen.lr == pytest.approx(0.003 * (8 / 128) ** 0.5)
    chosen, sentence = choose(replace(recipe, batch=16), collection, network, classify)
    assert chosen.batch == 16
    assert sentence.endswith("10 MB are free: accumulate = 2 computes the same batch in parts")
    parts = replace(recipe, batch=16, accumulate=2)
    assert "MB" not in choose(parts, collection, network, classify)[1]


def test_a_batch_takes_no_more_than_there_are_images(network, collection, recipe, monkeypatch):
    monkeypatch.setattr(trying, "need", lambda *_: Need(fixed=0, image=1e6))
    images = len(collection.splits["train"])
    for share, told in ((2, None), (0.7, f"a step of {images} may take")):
        monkeypatch.setattr(trying, "free", lambda _, share=share: int(share * images * 1e6))
        chosen, sentence = choose(replace(recipe, batch=10_000), collection, network, classify)
        assert chosen.batch == 10_000
        assert (told or "batches of 10000") in sentence
        assert ("may take" in sentence) == (told is not None)


@pytest.fixture
def small_device(monkeypatch):
    """A device that has no room for more than 5 images in a step."""
    step = Learner.step

    def failing(self, number):
        if self.recipe.batch > 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return step(self, number)

    monkeypatch.setattr(Learner, "step", failing)


def test_a_step_that_does_not_fit_is_tried_with_half(network, collection, recipe, small_device):
    asked = replace(recipe, batch=None)
    chosen, sentence = choose(asked, collection, network, classify)
    assert chosen.batch == 4
    assert sentence.endswith("batches of 4, since 8 did not fit into memory")


def test_a_given_batch_that_does_not_fit_is_refused(network, collection, recipe, small_device):
    with pytest.raises(ShapeError, match="in batches of 16: CUDA out of memory") as refused:
        choose(replace(recipe, batch=16), collection, network, classify)
    assert refused.value.help == [
        "accumulate = 2 computes the same batch in 2 parts",
        "where memory is short, a smaller batch helps",
    ]


def test_counting_leaves_the_network_as_it_was(network, collection, recipe):
    before = {key: value.clone() for key, value in network.state_dict().items()}
    choose(replace(recipe, batch=None), collection, network, classify)
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())


def test_a_container_counts_files_that_were_read_as_free(tmp_path, monkeypatch):
    def moved(path):
        return tmp_path / str(path).lstrip("/").replace("/", "-")

    monkeypatch.setattr(room, "Path", moved)
    (tmp_path / "proc-meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:  8000 kB\n")
    group = tmp_path / "sys-fs-cgroup"
    assert free("cpu") == 8000 * 1024
    group.mkdir()
    for name, text in (
        ("memory.max", "5000000\n"),
        ("memory.current", "4000000\n"),
        ("memory.stat", "anon 1\ninactive_file 2500000\n"),
    ):
        (group / name).write_text(text)
    assert free("cpu") == 3_500_000
    (group / "memory.max").write_text("max\n")
    assert free("cpu") == 8000 * 1024
