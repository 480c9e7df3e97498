"""Convolutions as layers: how they start, how their weights lie, and that they stay as they lie."""

import copy
import io
from math import prod

import pytest
import torch
from safetensors.torch import load, save

from striate.arithmetic import Window
from striate.errors import ShapeError
from striate.nn import Convolution, Separable, Tiled, Transposed, Unshared
from striate.ops import convolve

TABLE = tuple((row, (row + 1) % 16) if row % 2 else tuple(range(16)) for row in range(16))
LAYERS = {
    "shared": lambda w, n: Convolution(16, 16, w),
    "grouped": lambda w, n: Convolution(16, 16, w, groups=4),
    "by table": lambda w, n: Convolution(16, 16, w, table=TABLE),
    "tiled": lambda w, n: Tiled(16, 16, w, (2,) * w.rank),
    "unshared": lambda w, n: Unshared(16, 16, w, n),
    "separable": lambda w, n: Separable(16, 16, w),
    "transposed": lambda w, n: Transposed(16, 16, w),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("rank", [1, 2])
def test_it_starts_so_that_the_variance_stays(name, rank):
    torch.manual_seed(0)
    window = Window.of(4, rank=rank, stride=2)
    variances = []
    for _ in range(20):
        layer = LAYERS[name](window, (24,) * rank)
        y = layer(torch.randn(16, 16, *(24,) * rank)).detach()
        inside = y[(..., *(slice(4, -4),) * rank)]
        variances.append(float(inside.var(correction=0)))
        assert not layer.bias.any()
    assert sum(variances) / len(variances) == pytest.approx(1, abs=0.1)


def test_each_filter_of_a_table_starts_by_the_channels_that_it_has():
    torch.manual_seed(0)
    weight = Convolution(16, 16, Window.of(9), table=TABLE).weight.detach()
    dense, two = weight[:16], weight[16:18]
    assert 0.9 < float(dense.abs().max() / (3 / (16 * 9)) ** 0.5) <= 1
    assert 0.8 < float(two.abs().max() / (3 / (2 * 9)) ** 0.5) <= 1


def place_major(weight, rank):
    """Whether memory runs [tile][tap][channel][filter]."""
    axes = (*range(2, 2 + 2 * rank), 1, 0)
    return weight.permute(axes).is_contiguous()


KINDS = [
    lambda: Unshared(5, 7, Window.of(3), (9,)),
    lambda: Tiled(5, 7, Window.of(3, rank=2), (2, 3)),
    lambda: Unshared(3, 2, Window.of(2, rank=3), (4, 3, 4)),
]


@pytest.mark.parametrize("make", KINDS)
def test_a_weight_lies_place_major_whatever_is_done_to_it(make):
    layer = make()
    rank = layer.window.rank
    assert place_major(layer.weight, rank)
    assert place_major(copy.deepcopy(layer).weight, rank)
    assert place_major(copy.deepcopy(layer).double().weight, rank)
    bytes_ = save({key: value.contiguous() for key, value in layer.state_dict().items()})
    twin = make()
    twin.load_state_dict(load(bytes_))
    assert torch.equal(twin.weight, layer.weight)
    assert place_major(twin.weight, rank)
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    twin.load_state_dict(torch.load(file, weights_only=True))
    assert place_major(twin.weight, rank)
    contiguous = {key: value.clone().contiguous() for key, value in layer.state_dict().items()}
    twin.load_state_dict(contiguous, assign=True)
    assert torch.equal(twin.weight, layer.weight)
    assert place_major(twin.weight, rank)
    assert place_major(layer.to(memory_format=torch.channels_last).weight, rank)


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
@pytest.mark.parametrize("fused", [False, True])
def test_an_optimizer_moves_it_as_it_moves_a_contiguous_one(make, optimizer, fused):
    torch.manual_seed(0)
    layer = make()
    plain = layer.weight.detach().contiguous().requires_grad_()
    options = {"momentum": 0.9} if optimizer is torch.optim.SGD else {}
    ours = optimizer([layer.weight], lr=0.1, fused=fused, **options)
    theirs = optimizer([plain], lr=0.1, **options)
    size = layer.size if isinstance(layer, Unshared) else (6, 7)
    x = torch.randn(2, layer.channels, *size)
    for _ in range(3):
        for weight in (layer.weight, plain):
            weight.grad = None
            convolve(x, weight, layer.window).square().sum().backward()
        ours.step()
        theirs.step()
    torch.testing.assert_close(layer.weight, plain)
    assert place_major(layer.weight, layer.window.rank)
    assert layer.weight.grad.stride() == layer.weight.stride()


def test_an_unshared_layer_has_one_input_size():
    layer = Unshared(1, 1, Window.of(3, rank=2), (8, 8))
    for size in ((6, 6), (9, 8)):
        found = "x".join(map(str, size))
        with pytest.raises(ShapeError, match=f"made for 8x8 cannot take {found}"):
            layer(torch.zeros(1, 1, *size))


@pytest.mark.parametrize(("stride", "padding", "added"), [(1, 0, (0, 0)), (3, (0, 1), (2, 1))])
def test_transposed_gives_the_size_for_any_number_of_places(stride, padding, added):
    window = Window.of(4, rank=2, stride=stride, padding=padding, dilation=2)
    layer = Transposed(2, 3, window, added=added)
    for places in ((3, 4), (6, 5)):
        smallest = window.undone(places)
        size = tuple(n + more for n, more in zip(smallest, added, strict=True))
        assert layer(torch.zeros(1, 2, *places)).shape == (1, 3, *size)
        assert window.places(size) == places


def test_parameters_are_as_many_as_the_planner_says():
    window = Window.of((3, 5), rank=2)
    size = (6, 9)
    counts = {
        "unshared": prod(window.places(size)) * (15 * 4 * 6 + 6),
        "tiled": 4 * (15 * 4 * 6 + 6),
        "separable": 4 * 6 + (3 + 5) * 6 + 6,
    }
    layers = {
        "unshared": Unshared(4, 6, window, size),
        "tiled": Tiled(4, 6, window, (2, 2)),
        "separable": Separable(4, 6, window),
    }
    for name, layer in layers.items():
        assert sum(weight.numel() for weight in layer.parameters()) == counts[name]
