"""Weights that do not fit leave the network as it was, with a sentence of names and numbers."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from transfer.weights.small import kept, network, same, weights_of

import striate
from striate.errors import WeightsError
from striate.transfer.weights.matching import load_weights


def refusal(here, tensors, **options):
    """The error for tensors that do not fit; the network stays as it was."""
    before = kept(here)
    with pytest.raises(WeightsError) as caught:
        load_weights(here, weights_of(tensors), **options)
    assert same(here.state_dict(), before)
    assert caught.value.help
    return caught.value


def test_ten_classes_for_a_thousand():
    error = refusal(network(classes=1000), network(classes=10).state_dict())
    assert error.message == (
        "FILE tells 10 classes apart (head.weight is 10x4), and the network has 1,000"
    )
    assert "--fresh head" in error.help[0]


def test_another_shape_is_told_with_both_sizes():
    error = refusal(network(grey=True), network().state_dict())
    assert error.message == (
        "7 of 8 tensors of the network are in FILE: it wants body.0.weight 4x1x3x3, and the file "
        "has 4x3x3x3"
    )
    assert error.help == ["or let it begin anew: --fresh body.0"]


@given(
    widths=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    data=st.data(),
)
def test_one_tensor_of_any_other_size_is_found(widths, data):
    pairs = list(pairwise(widths))
    here = nn.Sequential(*(nn.Conv2d(a, b, 3) for a, b in pairs))
    tensors = kept(here)
    key = data.draw(st.sampled_from(sorted(tensors)))
    axis = data.draw(st.integers(0, tensors[key].ndim - 1))
    tensors[key] = torch.cat([tensors[key], tensors[key].narrow(axis, 0, 1)], axis)
    message = refusal(here, tensors).message
    assert key in message
    assert "x".join(str(number) for number in tensors[key].shape) in message
    other = tensors.pop(key)
    assert key in refusal(here, tensors).message
    load_weights(here, weights_of(tensors | {key: other}), head=[key])


def test_what_is_missing_is_named():
    tensors = kept(network())
    del tensors["body.0.weight"]
    assert "it wants body.0.weight 4x3x3x3, and the file has nothing" in str(
        refusal(network(), tensors)
    )
    tensors["other"] = torch.ones(2, 3)
    assert "the file has other 2x3" in refusal(network(), tensors).message


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite(number):
    tensors = kept(network())
    tensors["body.0.weight"][1, 2, 0, :2] = number
    error = refusal(network(), tensors)
    assert "2 of the 108 numbers of body.0.weight are not finite" in error.message
    load_weights(network(), weights_of(tensors), fresh=["body.0"])


def test_numbers_too_large_for_the_network():
    tensors = {name: tensor.double() for name, tensor in kept(network()).items()}
    tensors["head.bias"][0] = 1e300
    assert "1 of the 3 numbers of head.bias" in refusal(network(), tensors).message


@pytest.mark.parametrize("dtype", [torch.int8, torch.bool, torch.complex64, torch.int64])
def test_kinds_of_numbers_that_no_network_computes_with(dtype):
    tensors = kept(network())
    tensors["head.weight"] = tensors["head.weight"].to(dtype)
    name = str(dtype).removeprefix("torch.")
    assert f"has head.weight in {name}" in refusal(network(), tensors).message


def test_a_network_that_begins_anew_altogether_needs_no_weights():
    error = refusal(network(), network().state_dict(), fresh=["*"])
    assert "the whole network begins anew" in error.message


def test_a_network_whose_sizes_are_not_known_yet():
    with pytest.raises(WeightsError, match=r"size of 0.weight is not known"):
        load_weights(nn.Sequential(nn.LazyLinear(3)), weights_of({"0.weight": torch.ones(3, 2)}))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("resnet34", "resnet18"),
        ("squeezenet1_1", "squeezenet1_0"),
        ("squeezenet1_0", "lenet5"),
        ("cifar_resnet32", "cifar_resnet20"),
    ],
)
def test_the_weights_of_another_network_are_recognised(given, asked):
    tensors = striate.build(given).state_dict()
    error = refusal(striate.build(asked), tensors)
    assert error.help[0] == f"these are the weights of {given}: --net {given}"


def stages(*counts):
    """Stages of so many layers each, all of one shape."""
    return nn.ModuleDict(
        {
            f"layer{number}": nn.Sequential(*(nn.Linear(4, 4) for _ in range(count)))
            for number, count in enumerate(counts, 1)
        }
    )


def test_a_deeper_network_of_the_family_is_not_taken_for_it():
    error = refusal(stages(2, 2), stages(3, 3).state_dict())
    assert error.message.startswith(
        "FILE has 2 tensors more than the network, between those that fit, such as layer1.2.weight"
    )


def test_the_beginning_of_a_network_takes_the_beginning_of_its_weights():
    for counts in ((2,), (2, 1)):
        whole, here = stages(2, 3).state_dict(), stages(*counts)
        loaded = load_weights(here, weights_of(whole))
        assert same(here.state_dict(), {name: whole[name] for name in loaded.loaded})
        assert set(loaded.left) == set(whole) - set(here.state_dict())
