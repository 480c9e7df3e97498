"""With no epochs nothing is trained: the weights as they begin are the best and the last."""

from dataclasses import replace

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file

from striate.data import Collection
from striate.errors import RunError, ShapeError
from striate.tasks import classify
from striate.training import Manner, Recipe, choose, fit
from striate.training.checkpoint import NAME
from striate.training.journal import read_journal
from striate.training.loop import BEST, LAST
from striate.training.results import read_results
from striate.training.timing import time_steps
from striate.training.trying import try_out

QUIET = Manner(console=Console(quiet=True))


def test_the_weights_stay_as_they_begin(network, collection, recipe, tmp_path):
    before = {key: value.clone() for key, value in network.state_dict().items()}
    rows = fit(
        *(network, collection, classify, replace(recipe, epochs=0, ema=0.9)),
        folder=tmp_path,
        manner=QUIET,
    )
    assert rows == read_results(tmp_path) == []
    for name in (BEST, LAST):
        kept = load_file(tmp_path / name)
        assert kept.keys() == before.keys()
        assert all(torch.equal(kept[key], value) for key, value in before.items())
    assert (tmp_path / "results.csv").read_text() == "epoch,step,seconds,rate,loss\n"
    events = [(entry["event"], entry.get("step")) for entry in read_journal(tmp_path)]
    assert events == [("begun", 0), ("left as it began", None), ("trained", 0)]


def test_a_frozen_network_needs_no_weights_to_train(network, collection, recipe, tmp_path):
    network.requires_grad_(False)
    asked = replace(recipe, epochs=0)
    assert choose(asked, collection, network, classify)[0] == asked
    assert fit(network, collection, classify, asked, folder=tmp_path, manner=QUIET) == []
    with pytest.raises(ShapeError, match="nothing to learn"):
        choose(recipe, collection, network, classify)


def test_it_can_be_done_again_where_it_was_cut_off(network, collection, recipe, tmp_path):
    asked = replace(recipe, epochs=0)
    fit(network, collection, classify, asked, folder=tmp_path, manner=QUIET)
    (tmp_path / LAST).unlink()
    fit(network, collection, classify, asked, folder=tmp_path, manner=QUIET)
    assert (tmp_path / LAST).read_bytes() == (tmp_path / BEST).read_bytes()
    assert (tmp_path / NAME).exists()


def test_nothing_is_timed_and_all_is_settled(network, collection, monkeypatch):
    monkeypatch.setattr(time_steps, "__code__", _refuse.__code__)
    monkeypatch.setattr(try_out, "__code__", _refuse.__code__)
    recipe, sentence = choose(Recipe(epochs=0, device="cpu"), collection, network, classify)
    assert (recipe.open, recipe.precision, recipe.layout) == ((), "float32", "channels_last")
    assert (recipe.augment, recipe.flip, recipe.shift) == ("none", False, 0)
    assert sentence.startswith("No epochs are trained; on cpu with ")


def _refuse(*_, **__):
    raise AssertionError


def test_a_network_that_does_not_fit_is_still_refused(network, collection, recipe):
    four = Collection("four", "four", tuple("abcd"), collection.splits)
    with pytest.raises(ShapeError, match="gives 3 for each image, and four has 4 classes"):
        choose(replace(recipe, epochs=0), four, network, classify)


def test_weights_that_are_not_numbers_are_said(network, collection, recipe, tmp_path):
    torch.nn.init.constant_(network[8].weight, float("nan"))
    with pytest.raises(RunError, match="the weight is not finite before the first step"):
        fit(
            *(network, collection, classify, replace(recipe, epochs=0)),
            folder=tmp_path,
            manner=QUIET,
        )
