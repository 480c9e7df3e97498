"""What papers, and the implementations that most use, print about the networks of the zoo."""

from itertools import pairwise
from math import prod

import pytest

import striate

MILLION = 1e6


def plan(name, classes, size=None):
    return striate.plan(name, input=size, classes=classes)


def totals(name, classes, size=None):
    found = plan(name, classes, size).totals
    return found["parameters"].value, found["products"].value


@pytest.mark.parametrize(
    ("name", "parameters", "connections"),
    [
        ("c1", 156, 122_304),
        ("c3", 1_516, 151_600),
        ("c5", 48_120, 48_120),
        ("f6", 10_164, 10_164),
    ],
)
def test_lenet5(name, parameters, connections):
    """LeCun, Bottou, Bengio and Haffner 1998, section II.B; a bias is a connection there."""
    row = plan("lenet5", 10).row(name)
    assert row.parameters.value == parameters
    assert row.products.value + row.additions.value == connections


def cifar_resnet_by_hand(n):
    """Convolutions of 3x3 in three stages of n blocks with 16, 32 and 64 filters, norms, the FC."""
    within = sum((2 * n - (c > 16)) * c * c for c in (16, 32, 64))
    between = 3 * 16 + 16 * 32 + 32 * 64
    norms = 2 * (16 + 2 * n * (16 + 32 + 64))
    return 9 * (between + within) + norms + 64 * 10 + 10


@pytest.mark.parametrize(
    ("depth", "printed"), [(20, "0.27"), (32, "0.46"), (44, "0.66"), (56, "0.85"), (110, "1.7")]
)
def test_resnets_for_cifar(depth, printed):
    """He, Zhang, Ren and Sun 2015, table 6, in millions."""
    found, _ = totals(f"cifar_resnet{depth}", 10)
    assert found == cifar_resnet_by_hand((depth - 2) // 6)
    assert f"{found / MILLION:.{len(printed) - 2}f}" == printed


@pytest.mark.parametrize(
    ("name", "printed", "products", "parameters"),
    [
        ("mobilenet_v1", "4.2", 569, 4_231_976),
        ("mobilenet_v1_075", "2.6", 325, 2_585_560),
        ("mobilenet_v1_050", "1.3", 149, 1_331_592),
        ("mobilenet_v1_025", "0.5", 41, 470_072),
    ],
)
def test_mobilenets(name, printed, products, parameters):
    """Howard and others 2017, table 6, in millions; only the convolutions and FC multiply.

    Parameters in full: the table of models in the README of osmr's imgclsmob.
    """
    found, times = totals(name, 1000)
    assert found == parameters
    assert f"{found / MILLION:.1f}" == printed
    assert round(times / MILLION) == products


def test_the_products_of_mobilenet_v1_to_the_last():
    """567,716,352 before the FC: the table at the head of TF-slim's mobilenet_v1.py."""
    assert totals("mobilenet_v1", 1000)[1] == 567_716_352 + 1024 * 1000


@pytest.mark.parametrize(
    ("name", "products"),
    [
        ("mobilenet_v2_050", 97),
        ("mobilenet_v2_075", 209),
        ("mobilenet_v2_140", 582),
    ],
)
def test_the_widths_of_mobilenet_v2(name, products):
    """Millions of products: the table of checkpoints in TF-slim's nets/mobilenet/README.md."""
    assert round(totals(name, 1000)[1] / MILLION) == products


def test_network_in_network():
    """About a million for CIFAR-10 (Springenberg and others 2014, table 3); imgclsmob: 966,986.

    29 MB for ImageNet, in float32 (Lin's own note on his model for Caffe).
    """
    assert totals("nin", 10)[0] == 966_986
    assert round(4 * totals("nin_imagenet", 1000)[0] / 2**20) == 29


def test_unet():
    """31,037,698 for 3 channels and 2 classes: as reported of Milesi's Pytorch-UNet."""
    assert totals("unet", 2)[0] == 31_037_698


@pytest.mark.parametrize(
    ("name", "parameters", "products"),
    [("fcn_resnet50", 35_322_218, 152.717), ("fcn_resnet101", 54_314_346, 232.738)],
)
def test_dilated_nets(name, parameters, products):
    """What torchvision prints with its weights, for 520x520, its second head included."""
    head = 9 * 1024 * 256 + 256 * 21
    found, times = totals(name, 21, (3, 520, 520))
    assert found + head + 2 * 256 + 21 == parameters
    assert round((times + head * 65 * 65) / 1e9, 3) == products


def test_c3d():
    """78,409,573 parameters, 38,615,475,200 operations for 101 classes: mmaction2's metafile.yml.

    Its counter adds to the products what the convolutions add, and what ReLU and pools read.
    For the 487 classes of the paper 79,991,015: the summary of the model in Keras.
    """
    found = plan("c3d", 101)
    rows = [row for row in found.rows if row.word not in ("FLATTEN", "DROPOUT")]
    read = sum(prod(before.size) for before, row in pairwise(rows) if row.word in ("RELU", "POOL"))
    added = sum(prod(row.size) for row in rows if row.word == "CONV")
    assert found.totals["parameters"].value == 78_409_573
    assert found.totals["products"].value + added + read == 38_615_475_200
    assert totals("c3d", 487)[0] == 79_991_015


def test_r2plus1d():
    """What torchvision prints with its weights."""
    parameters, products = totals("r2plus1d_18", 400)
    assert (parameters, round(products / 1e9, 3)) == (31_505_325, 40.519)
