"""Each map is judged by plain torch modules in the structure that the other library publishes.

They stand in timms.py and others.py. Every tensor gets numbers of its own, and the network has to
answer as the structure does that they come from.
"""

from pathlib import Path

import pytest
import torch
from torch import nn
from transfer.weights.others import OldDenseNet, PaperConvNeXt, SmallResNet, TimmConvNeXt
from transfer.weights.timms import TimmMobileNet, TimmResNet, TimmVGG

import striate
from striate.transfer.weights.fitting import best_fit, counted
from striate.transfer.weights.mapping import read_maps
from striate.transfer.weights.matching import classes_in, load_weights
from striate.transfer.weights.record import Weights
from striate.zoo import text


def weights_of(tensors, **more):
    return Weights(dict(tensors), "FILE", Path("FILE"), "", **more)


def stirred(module):
    """The module with numbers of its own in every tensor, ready to answer."""
    generator = torch.Generator().manual_seed(3)
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            noise = torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype)
            about = 1 if tensor.ndim == 1 and name.endswith(("weight", "var", "gamma")) else 0
            spread = (2 / tensor[0].numel()) ** 0.5 if tensor.ndim > 1 else 0.1
            tensor.copy_(about + spread * noise)
    return module.eval()


def agree(there, here, size, **options):
    """Load the tensors of one into the other: nothing is left, and both answer the same."""
    there, here = stirred(there.double()), here.double().eval()
    loaded = load_weights(here, weights_of(there.state_dict(), **options))
    assert loaded.left == loaded.missing == loaded.reshaped == loaded.fresh == ()
    images = torch.randn(2, *size, dtype=torch.float64)
    with torch.no_grad():
        wanted, answered = there(images), here(images)
    apart = (wanted[0] - wanted[1]).abs().max() / wanted.abs().max()
    assert apart > 0.01, "nothing of the images comes through: the test shows nothing"
    torch.testing.assert_close(answered, wanted, rtol=1e-8, atol=1e-10)
    return loaded


def fits_whole(there, name, **options):
    """All names of a structure find their places in a network of the zoo, of full size."""
    with torch.device("meta"):
        network = striate.build(name, **options)
    shapes = [{key: tuple(v.shape) for key, v in m.state_dict().items()} for m in (network, there)]
    fit = best_fit(*shapes)
    assert not fit.left
    assert not fit.missing
    assert not fit.reshaped
    assert len(counted(fit.fitting)) == len(counted(shapes[0])) == len(counted(shapes[1]))
    return fit


NARROW_VGG = """
INPUT 3x64x64
features: [
    [CONV 4 3x3 pad=1 -> RELU]*2 -> POOL 2
    [CONV 6 3x3 pad=1 -> RELU]*2 -> POOL 2
]
ADAPTIVE 7x7
classifier: [FC 32 -> RELU -> DROPOUT -> FC 32 -> RELU -> DROPOUT -> FC classes]
"""


def test_timm_resnet18_has_the_names_of_torchvision():
    loaded = agree(TimmResNet((2, 2, 2, 2)), striate.build("resnet18", classes=1000), (3, 64, 64))
    assert loaded.map == ""


@pytest.mark.parametrize(
    ("name", "counts", "deep"),
    [("resnet34", (3, 4, 6, 3), False), ("resnet50", (3, 4, 6, 3), True)],
)
def test_timm_resnets_find_their_places(name, counts, deep):
    with torch.device("meta"):
        there = TimmResNet(counts, deep)
    assert str(fits_whole(there, name, classes=1000).way) == ""


def test_timm_vgg_lies_in_fully_connected_layers():
    there = TimmVGG((4, 4, 0, 6, 6, 0), 32)
    loaded = agree(there, striate.build(NARROW_VGG, classes=1000), (3, 64, 64))
    assert loaded.map == "the map vgg"
    assert classes_in(striate.build(NARROW_VGG, classes=2), weights_of(there.state_dict())) == 1000


def test_timm_vgg16_finds_its_places():
    widths = (64, 64, 0, 128, 128, 0, *(256,) * 3, 0, *(512,) * 3, 0, *(512,) * 3, 0)
    with torch.device("meta"):
        there = TimmVGG(widths, 4096)
    assert fits_whole(there, "vgg16", classes=1000).way.map.name == "vgg"


@pytest.mark.parametrize("old", [True, False])
def test_densenet121_under_old_names_and_timms(old):
    loaded = agree(OldDenseNet(old), striate.build("densenet121", classes=1000), (3, 64, 64))
    assert loaded.map == ("the map densenet" if old else "")


def test_timm_mobilenetv2_100():
    loaded = agree(TimmMobileNet(), striate.build("mobilenet_v2", classes=1000), (3, 64, 64))
    assert loaded.map == "the map mobilenet_v2"


@pytest.mark.parametrize("make", [TimmConvNeXt, PaperConvNeXt])
def test_convnext_of_timm_and_of_its_authors(make):
    counts = 3, 3, 9, 3
    narrow = text("convnext_tiny").removesuffix("convnext_tiny\n") + "CONVNEXT(8, 3, 3, 9, 3)"
    agree(make(8, counts), striate.build(narrow, classes=1000), (3, 64, 64))
    with torch.device("meta"):
        fits_whole(make(96, counts), "convnext_tiny", classes=1000)


@pytest.mark.parametrize("last", ["linear", "fc"])
def test_small_resnets_trained_in_parallel(last):
    there = nn.DataParallel(SmallResNet(3, last), device_ids=[])
    loaded = agree(there, striate.build("cifar_resnet20", classes=10), (3, 32, 32))
    assert "without 'module.'" in loaded.map


def test_a_module_of_torch_takes_small_resnets_under_either_name():
    agree(SmallResNet(1, "linear"), SmallResNet(1, "fc"), (3, 32, 32))


def test_every_map_says_whose_names_it_knows():
    for name, map in read_maps().items():
        assert map.says or not name
        assert map.rules or not name
