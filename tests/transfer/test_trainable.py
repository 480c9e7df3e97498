"""What is trainable is checked against counts that autograd and torch give."""

import json
from io import StringIO

import pytest
import torch
from rich.console import Console
from torch import nn

import striate
from striate.transfer.freezing import freeze, freeze_but, last_layers
from striate.transfer.trainable import trainable
from striate.zoo import find


def counted(model, x):
    """How many parameters get a gradient, by layer as their paths tell it."""
    model(x).sum().backward()
    return sum(weight.numel() for weight in model.parameters() if weight.grad is not None)


@pytest.mark.parametrize("last", [1, 2, 5])
def test_totals_are_what_gets_a_gradient(last):
    model = striate.build(striate.resolve(find("squeezenet1_0"), input=(3, 64, 64), classes=2))
    freeze_but(model, last_layers(model, last))
    found = trainable(model)
    assert found.trained == counted(model, torch.rand(2, 3, 64, 64))
    assert found.trained + found.frozen == 736_450
    assert [row.path for row in found.rows if row.trained] == list(last_layers(model, last))


def test_the_sentence_says_how_many_and_where():
    model = striate.build(striate.resolve(find("squeezenet1_0"), input=(3, 64, 64), classes=2))
    assert trainable(model).sentence == "all 736,450 parameters are trained"
    freeze_but(model, last_layers(model, 1))
    assert trainable(model).sentence == "1,026 of 736,450 parameters are trained: classifier.1"
    freeze_but(model, last_layers(model, 4))
    said = trainable(model).sentence
    assert said.endswith("4 layers, features.12.squeeze to classifier.1")
    freeze(model, ["*"])
    assert trainable(model).sentence == "none of 736,450 parameters is trained"


def test_a_layer_half_of_which_is_frozen_has_both_counts():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    freeze(model, ["0.bias"])
    rows = {row.path: (row.trained, row.frozen) for row in trainable(model).rows}
    assert rows == {"0": (12, 3), "2": (8, 0)}


def test_shared_weights_count_once():
    model = nn.ModuleDict({"a": nn.Linear(3, 3), "b": nn.Linear(3, 3)})
    model["b"].weight = model["a"].weight
    assert trainable(model).trained == 15


def test_other_programs_read_it():
    model = nn.Sequential(nn.Linear(4, 3))
    form = json.loads(json.dumps(trainable(model).as_dict()))
    assert form == {
        "trained": 15,
        "frozen": 0,
        "layers": [{"path": "0", "trained": 15, "frozen": 0}],
    }


def test_the_table_shows_every_layer_and_the_totals():
    model = nn.Sequential(nn.Linear(40, 30), nn.ReLU(), nn.Linear(30, 2))
    freeze(model, ["0"])
    console = Console(width=60, file=StringIO())
    console.print(trainable(model))
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert [line for line in lines if line] == [
        ["layer", "trained", "frozen"],
        ["0", "0", "1,230"],
        ["2", "62", "0"],
        ["total", "62", "1,230"],
    ]


def test_the_two_kernels_of_a_separable_convolution_are_one_layer():
    model = striate.build(striate.resolve("INPUT 2x8x8 -> a: SEPARABLE 4 3x3 -> fc: FC 2"))
    assert [row.path for row in trainable(model).rows] == ["a", "fc"]
    assert last_layers(model, 2) == ("a", "fc")
