"""A checkpoint that cannot be written leaves the last; one that cannot be used says why."""

import json
import os
import re
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from striate.errors import RunError
from striate.training import checkpoint
from striate.training.checkpoint import NAME, packed, read_facts, writing_in
from striate.training.writing import write_whole


def test_a_full_disk_keeps_the_last_whole_checkpoint(train, recipe, tmp_path, monkeypatch):
    train(recipe, tmp_path / "whole")
    stopped, real, writes = tmp_path / "stopped", os.fsync, []

    def full(handle):
        writes.append(handle)
        if len(writes) > 12:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        RunError, match="No space left on device; the last whole checkpoint"
    ) as full:
        train(recipe, stopped, save=0)
    assert f"of step {read_facts(stopped)['step']}" in full.value.message
    assert "striate resume" in full.value.help[-1]
    assert not list(stopped.rglob("*.part"))
    monkeypatch.undo()
    train(recipe, stopped)
    found, expected = load_file(stopped / NAME), load_file(tmp_path / "whole" / NAME)
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_a_folder_that_never_took_a_checkpoint_says_so(tmp_path):
    with pytest.raises(RunError, match="there is no checkpoint yet"), writing_in(tmp_path):
        raise OSError(13, "Permission denied")


@pytest.mark.parametrize("content", [b"", b"nothing", packed({"loss": torch.zeros(1)})])
def test_a_checkpoint_that_is_none_is_refused(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(RunError, match=r"checkpoint\.safetensors cannot be read"):
        read_facts(tmp_path)


def test_a_truncated_checkpoint_is_refused(train, recipe, tmp_path):
    train(recipe, tmp_path)
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole[:-1])
    with pytest.raises(RunError, match="cannot be read"):
        train(recipe, tmp_path)


def test_a_checkpoint_of_another_format_is_refused(tmp_path):
    metadata = {"striate": json.dumps({"format": 2})}
    save_file({"loss": torch.zeros(1)}, tmp_path / NAME, metadata)
    with pytest.raises(RunError, match="has format 2, and this striate reads 1"):
        read_facts(tmp_path)


def test_tensors_are_written_as_they_are_however_they_lie(tmp_path):
    weight = torch.rand(4, 3, 2, 2).to(memory_format=torch.channels_last)
    tied = {"a": weight, "b": weight, "c": weight[1:, :, 0], "d": torch.tensor(7)}
    write_whole(tmp_path / "weights", packed(tied))
    found = load_file(tmp_path / "weights")
    assert all(torch.equal(found[key], tied[key]) for key in tied)


def test_the_seconds_before_a_stop_count(train, recipe, tmp_path):
    train(replace(recipe, epochs=2), tmp_path)
    tensors, facts = load_file(tmp_path / NAME), read_facts(tmp_path)
    write_whole(tmp_path / NAME, packed(tensors, facts | {"seconds": 1000.0}))
    rows, _ = train(recipe, tmp_path, inexact=True)
    assert rows[1]["seconds"] < 1000 < rows[2]["seconds"]


def test_finishing_leaves_nothing_to_go_on_from(train, recipe, tmp_path):
    train(recipe, tmp_path)
    checkpoint.finish(tmp_path)
    checkpoint.finish(tmp_path)
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"epochs": 1}, "has done 21 steps, and epochs = 1 ends after 7"),
        ({"optimizer": "sgd"}, "recipe.optimizer: then adamw, now sgd"),
        ({"ema": 0.9}, "recipe.ema: then 0.0, now 0.9"),
    ],
)
def test_what_it_cannot_go_on_from_is_refused_even_inexactly(
    train, recipe, tmp_path, changed, said
):
    train(recipe, tmp_path)
    with pytest.raises(RunError, match=re.escape(said)):
        train(replace(recipe, **changed), tmp_path, inexact=True)
