"""Freezing is checked against autograd: what is frozen gets no gradient, and all else does."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import striate
from striate.errors import OptionError
from striate.transfer.freezing import (
    freeze,
    freeze_but,
    hold_still,
    last_layers,
    require_trained,
)
from striate.zoo import find

TEXT = """INPUT 2x8x8
stem: [CONV 4 3x3 pad=1 -> BN -> RELU -> DROPOUT 0.5]
body: [CONV 4 3x3 pad=1 -> BN -> RELU -> SCALE]
DROPOUT 0.5 -> GAP -> fc: FC 3
"""


@pytest.fixture
def network():
    return striate.build(striate.resolve(striate.read(TEXT)))


def trained(model):
    return [path for path, weight in model.named_parameters() if weight.requires_grad]


def frozen(model):
    return [path for path, weight in model.named_parameters() if not weight.requires_grad]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("stem", ["stem.0.weight", "stem.0.bias", "stem.1.weight", "stem.1.bias"]),
        ("stem.1", ["stem.1.weight", "stem.1.bias"]),
        ("stem.1.bias", ["stem.1.bias"]),
        ("*.bias", ["stem.0.bias", "stem.1.bias", "body.0.bias", "body.1.bias", "fc.bias"]),
        ("stem.[12]", ["stem.1.weight", "stem.1.bias"]),
        ("body.?", ["body.3", "body.0.weight", "body.0.bias", "body.1.weight", "body.1.bias"]),
        ("body.3", ["body.3"]),
        ("f*", ["fc.weight", "fc.bias"]),
    ],
)
def test_a_pattern_freezes_what_it_matches_and_what_lies_below(network, pattern, paths):
    freeze(network, [pattern])
    assert frozen(network) == paths
    network(torch.randn(3, 2, 8, 8)).sum().backward()
    assert [path for path, weight in network.named_parameters() if weight.grad is None] == paths


@pytest.mark.parametrize("pattern", ["ste", "stem.", "stem.9", "tem.0", "FC", ""])
def test_a_pattern_that_matches_nothing_freezes_nothing(network, pattern):
    with pytest.raises(OptionError, match="matches no parameter of the network") as refused:
        freeze(network, ["fc", pattern])
    assert frozen(network) == []
    assert refused.value.help[0].startswith("there are, for instance: ")


def test_what_looks_like_it_is_named(network):
    with pytest.raises(OptionError) as refused:
        freeze(network, ["stem.o"])
    assert "stem.0" in refused.value.help[0]


def test_a_layer_without_parameters_is_said_to_have_none(network):
    with pytest.raises(OptionError, match=r"what 'stem.2' matches has no parameters"):
        freeze(network, ["stem.2"])


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("resnet18", "fc"),
        ("squeezenet1_0", "classifier.1"),
        ("vgg16", "classifier.6"),
        ("densenet121", "classifier"),
        ("mobilenet_v2", "classifier.1"),
    ],
)
def test_the_last_layer_of_a_published_network(name, layer):
    with torch.device("meta"):
        model = striate.build(striate.resolve(find(name), input=(3, 64, 64), classes=5))
    assert last_layers(model, 1) == (layer,)


def test_last_layers_are_those_that_are_computed_last(network):
    assert last_layers(network, 1) == ("fc",)
    assert last_layers(network, 3) == ("body.1", "body.3", "fc")
    assert last_layers(network, 6) == ("stem.0", "stem.1", "body.0", "body.1", "body.3", "fc")


@pytest.mark.parametrize("count", [0, -1, 7])
def test_there_are_not_so_many_last_layers(network, count):
    with pytest.raises(OptionError, match=f"the last {count} layers cannot be .*there are 6"):
        last_layers(network, count)


class Backwards(nn.Module):
    """Its layers are made in another order than that in which they are computed."""

    def __init__(self, loops):
        super().__init__()
        self.last, self.first, self.loops = nn.Linear(4, 2), nn.Linear(4, 4), loops

    def forward(self, x):
        x = self.first(self.first(x))
        return self.last(x if not self.loops or x.sum() > 0 else -x)


def test_layers_have_the_order_of_the_graph_where_there_is_one():
    assert last_layers(Backwards(loops=False), 1) == ("last",)
    assert last_layers(Backwards(loops=True), 1) == ("first",)  # it cannot be followed


@given(st.integers(0, 2**11 - 1))
def test_freezing_all_but_some_trains_those(mask):
    model = striate.build(striate.resolve(striate.read(TEXT)))
    paths = [path for path, _ in model.named_parameters()]
    chosen = [path for place, path in enumerate(paths) if mask >> place & 1]
    freeze(model, ["stem"])
    freeze_but(model, chosen)
    assert trained(model) == chosen


def test_freezing_all_but_what_is_not_there_is_refused(network):
    with pytest.raises(OptionError, match="'fcc' matches no parameter"):
        freeze_but(network, ["fcc"])
    assert frozen(network) == []


def test_a_shared_weight_is_frozen_under_each_of_its_names():
    model = nn.ModuleDict({"a": nn.Linear(3, 3), "b": nn.Linear(3, 3)})
    model["b"].weight = model["a"].weight
    freeze(model, ["b"])
    assert trained(model) == ["a.bias"]
    freeze_but(model, ["b.weight"])
    assert trained(model) == ["a.weight"]


def test_where_everything_is_frozen_nothing_can_be_trained(network):
    freeze(network, ["stem", "body"])
    require_trained(network)
    freeze(network, ["*"])
    with pytest.raises(OptionError, match=r"nothing is left to train: all 259 parameters"):
        require_trained(network)


def still_ones(model):
    hold_still(model.train())
    return [path for path, module in model.named_modules() if path and not module.training]


def test_what_is_frozen_is_still_and_dropout_before_it(network):
    assert still_ones(network) == []
    freeze(network, ["stem"])
    assert still_ones(network) == ["stem", "stem.0", "stem.1"]
    freeze(network, ["body.0"])
    still = ["stem", "stem.0", "stem.1", "stem.2", "stem.3", "body.0"]
    assert still_ones(network) == still
    freeze(network, ["body"])
    assert "5" not in still_ones(network)  # the last dropout belongs to what is trained
    assert not network.get_submodule("stem.3").training


def test_dropout_behind_what_is_trained_draws(network):
    freeze(network, ["body", "fc"])
    assert network.get_submodule("stem.3").training
    assert {"body.0", "body.1", "fc"} <= set(still_ones(network))


def test_without_a_graph_modules_are_taken_in_their_order():
    class Dark(nn.Sequential):
        def forward(self, x):
            return super().forward(x if x.sum() > 0 else -x)

    layers = nn.Linear(4, 4), nn.Dropout(), nn.Linear(4, 4), nn.Dropout(), nn.Linear(4, 2)
    model = Dark(*layers)
    freeze(model, ["0", "2"])
    assert still_ones(model) == ["0", "1", "2"]
    freeze_but(model, ["2", "4"])
    assert still_ones(model) == ["0"]


def test_frozen_norms_give_what_evaluation_gives_and_do_not_move(network):
    freeze(network, ["stem"])
    network.eval()
    x = torch.randn(5, 2, 8, 8)
    stem = network.get_submodule("stem")
    evaluated = stem.get_submodule("1")(x.repeat(1, 2, 1, 1))
    hold_still(network.train())
    assert torch.equal(stem.get_submodule("1")(x.repeat(1, 2, 1, 1)), evaluated)
    network(x)
    assert int(stem.get_submodule("1").num_batches_tracked) == 0
    assert int(network.get_submodule("body.1").num_batches_tracked) == 1
