"""Weights come into a network under the names it has, and what happened is said; torch judges."""

import copy
import io

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from torch import nn
from transfer.weights.small import kept, network, same, weights_of

import striate
from striate.errors import OptionError, WeightsError
from striate.transfer.weights.matching import classes_in, load_weights

HEAD = ("head.weight", "head.bias")


@pytest.mark.parametrize("head", [HEAD, ("head",), ("body", "head")])
def test_other_classes_begin_anew_and_all_else_is_loaded(head):
    there, here = network(classes=5), network(classes=3)
    before = kept(here)
    loaded = load_weights(here, weights_of(there.state_dict()), head=head)
    after = here.state_dict()
    for name in after:
        wanted = before if name.startswith("head") else there.state_dict()
        assert torch.equal(after[name], wanted[name]), name
    assert loaded.reshaped == (("head.weight", (5, 4), (3, 4)), ("head.bias", (5,), (3,)))
    assert set(loaded.loaded) == set(after) - set(HEAD)
    assert loaded.sentence == (
        "6 of 8 tensors come from FILE; begins anew: head (5 classes there, 3 here)"
    )


def test_a_head_that_fits_is_loaded():
    there, here = network(), network()
    assert load_weights(here, weights_of(there.state_dict()), head=HEAD).anew == ()
    assert same(here.state_dict(), there.state_dict())


def test_a_head_begins_anew_as_a_whole():
    there, here = network(), network()
    tensors = kept(there)
    del tensors["head.bias"]
    before = kept(here)
    loaded = load_weights(here, weights_of(tensors), head=HEAD)
    assert torch.equal(here.head.weight, before["head.weight"])
    assert (loaded.missing, loaded.fresh) == (("head.bias",), ("head.weight",))


@pytest.mark.parametrize(
    ("fresh", "anew"),
    [
        (["head"], {"head.weight", "head.bias"}),
        (["body.1"], {f"body.1.{name}" for name in ("weight", "bias", "running_mean")}),
        (["body.0.bias"], {"body.0.bias"}),
        (["b*.?.bias", "head.weight"], {"body.0.bias", "body.1.bias", "head.weight"}),
    ],
)
def test_what_is_asked_for_begins_anew_although_it_would_fit(fresh, anew):
    there, here = network(), network()
    before, tensors = kept(here), there.state_dict()
    loaded = load_weights(here, weights_of(tensors), fresh=fresh)
    assert anew <= set(loaded.fresh)
    for name, tensor in here.state_dict().items():
        if tensor.is_floating_point():
            wanted = before if name in loaded.fresh else tensors
            assert torch.equal(tensor, wanted[name]), name
    assert "as asked for" in loaded.sentence
    assert ("body.1.running_var" in loaded.fresh) == (fresh == ["body.1"])


def test_what_begins_anew_may_have_any_shape_or_be_missing():
    there, here = network(), network(grey=True)
    tensors = kept(there)
    del tensors["head.weight"]
    loaded = load_weights(here, weights_of(tensors), fresh=["body.0", "head"])
    assert loaded.missing == ("head.weight",)
    assert loaded.reshaped == (("body.0.weight", (4, 3, 3, 3), (4, 1, 3, 3)),)
    assert set(loaded.fresh) == {"body.0.bias", "head.bias"}


def test_a_pattern_that_matches_nothing_is_an_error():
    with pytest.raises(OptionError, match="'tail' matches no parameter"):
        load_weights(network(), weights_of(network().state_dict()), fresh=["tail"])


PREFIX = st.lists(st.sampled_from(["module", "model", "net", "_orig_mod", "x"]), max_size=2)


@given(off=PREFIX, on=PREFIX)
def test_whatever_all_names_begin_with(off, on):
    """Both ways at once: the file's names have a beginning, and those of the network another."""
    there, inner = network(), network()
    here = inner
    for level in on:
        outer = nn.Module()
        outer.add_module(level, here)
        here = outer
    start = "".join(f"{level}." for level in off)
    tensors = {start + name: tensor for name, tensor in there.state_dict().items()}
    loaded = load_weights(here, weights_of(tensors))
    assert same(inner.state_dict(), there.state_dict())
    assert not loaded.left
    assert len(loaded.loaded) == len(tensors)


def test_a_beginning_that_only_the_body_has():
    there, here = network(), network()
    tensors = {f"backbone.{n}" if "body" in n else n: t for n, t in there.state_dict().items()}
    assert load_weights(here, weights_of(tensors)).map == "without 'backbone.'"
    assert same(here.state_dict(), there.state_dict())


def test_old_files_without_counters_fit_and_counters_alone_are_no_fit():
    there, here = network(), network()
    tensors = kept(there)
    del tensors["body.1.num_batches_tracked"]
    loaded = load_weights(here, weights_of(tensors))
    assert loaded.anew == ()
    assert loaded.sentence == "8 of 8 tensors come from FILE"
    counters = {"body.1.num_batches_tracked": torch.tensor(3)}
    with pytest.raises(WeightsError, match="0 of 8 tensors"):
        load_weights(here, weights_of(counters))


def test_what_was_needed_in_training_alone_is_left_and_said():
    there, here = network(), network()
    more = {"aux1.conv.weight": torch.ones(2), "aux1.fc.bias": torch.ones(2), "ema": torch.ones(1)}
    loaded = load_weights(here, weights_of(kept(there) | more))
    assert loaded.left == tuple(more)
    assert loaded.sentence == "8 of 8 tensors come from FILE; left: aux1 (2 tensors), ema"


def test_a_tensor_that_has_two_names_is_in_the_file_once():
    here = network(classes=4)
    here.add_module("again", here.head)
    there = network(classes=4)
    assert load_weights(here, weights_of(there.state_dict())).missing == ()
    assert torch.equal(here.again.weight, there.head.weight)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_kinds_of_numbers_become_the_networks(dtype):
    there, here = network().to(dtype), network()
    loaded = load_weights(here, weights_of(there.state_dict()))
    assert all(value.dtype == torch.float32 for value in here.parameters())
    assert torch.equal(here.head.weight, there.head.weight.float())
    name = str(dtype).removeprefix("torch.")
    assert loaded.notes == (f"8 tensors of {name} became float32",)


def test_nothing_shares_memory_with_the_file():
    there, here = network(), network()
    load_weights(here, weights_of(there.state_dict()))
    there.head.weight.data.zero_()
    assert here.head.weight.abs().sum() > 0


def test_classes_are_counted_where_the_weights_have_their_last_layer():
    there = network(classes=7).state_dict()
    assert classes_in(network(), weights_of(there)) == 7
    assert classes_in(network(), weights_of({f"module.{n}": t for n, t in there.items()})) == 7
    headless = {name: tensor for name, tensor in there.items() if "head" not in name}
    assert classes_in(network(), weights_of(headless)) is None
    assert classes_in(network(), weights_of({"other": torch.ones(3)})) is None
    assert classes_in(nn.ReLU(), weights_of(there)) is None
    squeezed = striate.build("squeezenet1_0", classes=10).state_dict()
    assert classes_in(striate.build("squeezenet1_0", classes=2), weights_of(squeezed)) == 10


def test_the_report_prints_itself_and_is_kept():
    tensors = {f"module.{n}": t for n, t in network(classes=5).half().state_dict().items()}
    weights = weights_of(tensors, notes=("the weights are under 'model' in the file",))
    loaded = load_weights(network(), weights, head=HEAD)
    console = Console(width=200, file=io.StringIO())
    console.print(loaded)
    assert console.file.getvalue().splitlines() == [
        "6 of 8 tensors come from FILE; begins anew: head (5 classes there, 3 here)",
        "its names were changed: without 'module.'",
        "the weights are under 'model' in the file",
        "6 tensors of float16 became float32",
    ]
    assert loaded.as_dict() == {
        "source": "FILE",
        "map": "without 'module.'",
        "loaded": list(loaded.loaded),
        "missing": [],
        "reshaped": [
            {"key": "head.weight", "there": [5, 4], "here": [3, 4]},
            {"key": "head.bias", "there": [5], "here": [3]},
        ],
        "fresh": [],
        "left": [],
        "notes": list(loaded.notes),
    }


def test_looking_changes_nothing():
    here = network()
    before, mode = copy.deepcopy(here.state_dict()), here.training
    classes_in(here, weights_of(network(classes=9).state_dict()))
    assert same(here.state_dict(), before)
    assert here.training == mode
