"""The networks that torchvision has not, against plain torch: shapes, counts, and the same answers.

`plain/` writes each of them a second time as classes with a forward. Weights are carried over by
their keys where those are published names, else in their order; answers are in float64.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from inspection.architectures.mobilenet import MobileNetV2
from inspection.architectures.resnet import Basic, Bottleneck, ResNet
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from zoo.plain.clips import C3D, R2Plus1D
from zoo.plain.pixels import FCN, UNet
from zoo.plain.residual import CifarResNet, MobileNetV1
from zoo.plain.small import AutoEncoder, Fast, LeNet5, NiN, NiNImageNet

import striate

TEXTS = Path(striate.__file__).parent / "zoo"


@dataclass(frozen=True)
class Case:
    """A network twice: its name in the zoo, and its class."""

    plain: Callable[[], nn.Module]
    classes: int
    size: tuple[int, ...]
    """Of an image that its answers are compared for; counts are for its own."""
    named: bool = False
    """Whether the keys are published names."""


CASES = {
    "lenet5": Case(LeNet5, 10, (1, 32, 32)),
    "nin": Case(NiN, 10, (3, 32, 32)),
    "nin_imagenet": Case(NiNImageNet, 1000, (3, 97, 75)),
    "mobilenet_v1": Case(MobileNetV1, 1000, (3, 70, 64)),
    "mobilenet_v1_075": Case(partial(MobileNetV1, 24), 1000, (3, 33, 40)),
    "mobilenet_v1_050": Case(partial(MobileNetV1, 16), 1000, (3, 33, 40)),
    "mobilenet_v1_025": Case(partial(MobileNetV1, 8), 1000, (3, 224, 224)),
    "mobilenet_v2_050": Case(partial(MobileNetV2, width=0.5), 1000, (3, 70, 64), named=True),
    "mobilenet_v2_075": Case(partial(MobileNetV2, width=0.75), 1000, (3, 33, 40), named=True),
    "mobilenet_v2_140": Case(partial(MobileNetV2, width=1.4), 1000, (3, 33, 40), named=True),
    "fast": Case(Fast, 10, (3, 32, 32)),
    "autoencoder": Case(partial(AutoEncoder, 3), 10, (3, 31, 44)),
    "unet": Case(UNet, 2, (3, 32, 48), named=True),
    "unet_small": Case(partial(UNet, 16), 2, (3, 64, 32), named=True),
    "fcn_resnet50": Case(FCN, 21, (3, 41, 56), named=True),
    "fcn_resnet101": Case(partial(FCN, (3, 4, 23, 3)), 21, (3, 33, 32), named=True),
    "r2plus1d_18": Case(R2Plus1D, 400, (3, 5, 24, 30), named=True),
    "cifar_resnet20": Case(partial(CifarResNet, 3), 10, (3, 32, 32), named=True),
    "cifar_resnet32": Case(partial(CifarResNet, 5), 10, (3, 32, 32), named=True),
    "cifar_resnet44": Case(partial(CifarResNet, 7), 10, (3, 32, 32), named=True),
    "cifar_resnet56": Case(partial(CifarResNet, 9), 10, (3, 29, 34), named=True),
    "cifar_resnet110": Case(partial(CifarResNet, 18), 10, (3, 16, 18), named=True),
    "c3d": Case(C3D, 487, (3, 16, 112, 112), named=True),
}
ANSWERED = [name for name in CASES if name not in ("c3d", "fcn_resnet101")]
"""These two cost most: narrow and shallow ones of their families answer for them."""
OPEN = {"fast": (3, 32, 32), "autoencoder": (3, 64, 64)}
"""Sizes for those that take images of any size."""


def planned(name, case, size=None):
    """A network of the zoo, for a size and for as many classes as its twin."""
    return striate.resolve(name, input=size or OPEN.get(name), classes=case.classes)


def shapes(model):
    return {key: tuple(value.shape) for key, value in model.state_dict().items()}


def rates(model):
    return [module.p for module in model.modules() if isinstance(module, nn.Dropout)]


def carry(model, plain, *, named):
    """Give both the same random weights, means and variances; some values get large by them."""
    source, state = model.state_dict(), plain.state_dict()
    generator = torch.Generator().manual_seed(0)
    for key, value in source.items():
        if value.ndim == 1:  # biases, and all that a norm has
            noise = torch.rand(value.shape, generator=generator, dtype=value.dtype)
            value.copy_(
                noise + 0.5 if "var" in key else 1 + 3 * noise if "weight" in key else noise
            )
    assert len(source) == len(state)
    pairs = zip(source, state, strict=True)
    plain.load_state_dict({twin: source[twin if named else key] for key, twin in pairs})


def assert_same_answers(network, plain, case):
    """In evaluation both give the same numbers, to the rounding of float64."""
    model = striate.build(network).double().eval()
    plain = plain.double().eval()
    carry(model, plain, named=case.named)
    x = torch.rand(2, *network.input, dtype=torch.float64)
    with torch.no_grad():
        expected, found = plain(x), model(x)
    assert expected.std() > 0
    assert found.shape[1:] == network.output
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9 * float(expected.abs().max()))


@pytest.mark.parametrize("name", CASES)
def test_shapes_and_counts(name):
    case = CASES[name]
    network = planned(name, case)
    with torch.device("meta"):
        model, plain = striate.build(network), case.plain().eval()
    found, expected = shapes(model), shapes(plain)
    assert [*found.values()] == [*expected.values()] or case.named
    assert found == expected or not case.named
    assert rates(model) == rates(plain)
    totals = striate.plan(network).totals
    assert totals["parameters"].value == sum(p.numel() for p in plain.parameters())
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        plain(torch.empty(1, *network.input, device="meta"))
    assert 2 * totals["products"].value == counter.get_total_flops()


@pytest.mark.parametrize("name", ANSWERED)
def test_answers(name):
    case = CASES[name]
    assert_same_answers(planned(name, case, case.size), case.plain(), case)


@pytest.mark.parametrize("name", CASES)
def test_the_expanded_text_is_the_same_network(name):
    made = planned(name, CASES[name])
    again = striate.resolve(striate.write(made))
    assert [(n.path, n.layer, n.inputs, n.size) for n in again.nodes] == [
        (n.path, n.layer, n.inputs, n.size) for n in made.nodes
    ]


# ---------------------------------------------------------------- depths and widths are arguments

FAMILIES = ("resnet", "cifar_resnet", "mobilenet_v1", "unet", "c3d", "fcn_resnet", "r2plus1d")


@st.composite
def families(draw, family):
    """A call of a family's definition, its twin with the same numbers, and a size that fits."""
    deep, wide = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    depths = tuple(draw(st.integers(1, 2)) for _ in range(4))
    stages = ", ".join(map(str, depths))
    side = st.integers(16, 24)
    two = (3, draw(side), draw(side))
    match family:
        case "resnet":
            block = draw(st.sampled_from([Basic, Bottleneck]))
            call = f"RESNET({block.__name__.upper()}, {stages}, c={4 * wide})"
            return call, ResNet(block, depths, 10, width=4 * wide), two
        case "cifar_resnet":
            return f"RESNET({deep}, {2 * wide})", CifarResNet(deep, 2 * wide), two
        case "mobilenet_v1":
            return f"MOBILENET({wide})", MobileNetV1(wide, 10), two
        case "unet":
            return f"UNET({wide})", UNet(wide, 10), (3, 16 * deep, 32)
        case "c3d":
            return f"C3D({wide}, {deep})", C3D(wide, deep, 10), (3, 16, 112, 112)
        case "fcn_resnet":
            return f"FCN({stages})", FCN(depths, 10), two
        case _:
            return f"R2PLUS1D({stages})", R2Plus1D(depths, 10), (3, deep, *two[1:])


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=3)
@given(st.data())
def test_any_depth_and_width(family, data):
    call, plain, size = data.draw(families(family))
    text = (TEXTS / f"{family}.cnn").read_text("utf-8")
    network = striate.resolve(f"{text}\n{call}\n", input=size, classes=10)
    assert_same_answers(network, plain, Case(type(plain), 10, size, family != "mobilenet_v1"))


@settings(max_examples=10)
@given(st.integers(1, 4), st.integers(9, 40), st.integers(9, 40))
def test_images_of_any_size_and_colour(channels, rows, columns):
    size = (channels, rows, columns)
    for name, plain in (("fast", Fast(channels, 10)), ("autoencoder", AutoEncoder(channels))):
        network = striate.resolve(name, input=size, classes=10)
        assert_same_answers(network, plain, CASES[name])
