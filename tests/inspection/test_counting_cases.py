"""Cases on which counters disagree, one test each: what is right for the text and for the module.

What others say is in the docstrings: it shows which mistake a case is there for.
"""

import pytest
import torch
from inspection.architectures import ARCHITECTURES
from published.test_published_networks import tree
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn import functional as F

import striate


def plans(text, module, size):
    """The plan of the text, and the plan of the module that is the same network."""
    return [striate.plan(text, input=size), striate.plan(module, input=size)]


def count(made, name="products"):
    return made.totals[name].value


def test_a_transposed_convolution_of_2x2_with_stride_2():
    """Each of 12 inputs is spread by 4 weights: 48; others say 192 or 96."""
    module = nn.ConvTranspose2d(3, 1, 2, stride=2, bias=False)
    for made in plans("DECONV 1 2x2 stride=2 bias=no", module, (3, 2, 2)):
        assert count(made) == 48
        assert made.rows[0].size == (1, 4, 4)


def test_a_transposed_convolution_whose_windows_overlap():
    """10x10 places of 9 taps, 4 channels, 8 filters: 28,800; others say 127,008."""
    module = nn.ConvTranspose2d(4, 8, 3, stride=2, bias=False)
    for made in plans("DECONV 8 3x3 stride=2 bias=no", module, (4, 10, 10)):
        assert count(made) == 28_800
        assert made.rows[0].size == (8, 21, 21)


def test_a_bias_is_added_and_not_multiplied():
    """86,400 products and 3,456 additions; others say 89,856."""
    for made in plans("CONV 6 5x5", nn.Conv2d(1, 6, 5), (1, 28, 28)):
        assert (count(made), count(made, "additions")) == (86_400, 3_456)


def test_the_bias_of_a_convolution_of_8_filters():
    """18,432; others say 18,944."""
    for made in plans("CONV 8 3x3", nn.Conv2d(4, 8, 3), (4, 10, 10)):
        assert (count(made), count(made, "additions")) == (18_432, 512)


def test_the_bias_of_a_fully_connected_layer():
    """50; others say 55."""
    for made in plans("FC 5", nn.Linear(10, 5), (10,)):
        assert (count(made), count(made, "additions")) == (50, 5)


@pytest.mark.parametrize(
    ("text", "module", "size"),
    [
        ("CONV 8 3x3 bias=no", nn.Conv2d(4, 8, 3, bias=False), (4, 10, 10)),
        ("DECONV 8 3x3 bias=no", nn.ConvTranspose2d(4, 8, 3, bias=False), (4, 10, 10)),
        ("FC 5 bias=no", nn.Linear(10, 5, bias=False), (10,)),
        ("DENSE 5 bias=no", nn.Conv1d(10, 5, 1, bias=False), (10, 7)),
    ],
)
def test_without_a_bias_nothing_is_added(text, module, size):
    for made in plans(text, module, size):
        assert count(made, "additions") == 0
        assert count(made, "parameters") == module.weight.numel()


def test_a_depthwise_convolution():
    """64 channels at 8x8 places of 9 taps, each by itself: 36,864."""
    module = nn.Conv2d(64, 64, 3, padding=1, groups=64)
    for made in plans("CONV 64 3x3 pad=1 groups=64", module, (64, 8, 8)):
        assert count(made) == 36_864
        assert count(made, "parameters") == 64 * 9 + 64


class Functional(nn.Module):
    """A convolution that is no module."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8, 3, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.w)


def test_a_convolution_that_is_a_function():
    """13,824; others say 0."""
    for made in plans("CONV 8 3x3 bias=no", Functional(), (3, 10, 10)):
        assert count(made) == 13_824
        assert count(made, "parameters") == 216
        assert made.rows[0].field.size == (3, 3)


def kept(module, images):
    """The bytes that torch keeps for the way back, one storage once, without input and weights."""
    own = {images.untyped_storage().data_ptr()}
    own |= {p.untyped_storage().data_ptr() for p in [*module.parameters(), *module.buffers()]}
    found = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            found[storage.data_ptr()] = storage
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        made = module(images)
    return sum(storage.nbytes() for storage in found.values()), made


def test_memory_kept_for_the_way_back():
    """conv, bn, relu twice and a pool, 8 images of 64x64: 18.9 MB; others say 33.6."""
    blocks = [
        part
        for channels in (3, 32)
        for part in (nn.Conv2d(channels, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU())
    ]
    module = nn.Sequential(*blocks, nn.MaxPool2d(2))
    text = "[CONV 32 3x3 pad=1 -> BN -> RELU]*2 -> POOL 2"
    by_torch, _made = kept(module, torch.rand(8, 3, 64, 64))
    assert by_torch == 18_874_880
    for made in plans(text, module, (3, 64, 64)):
        assert made.memory(8).totals["saved"].value == by_torch


def test_the_field_of_three_windows_at_dilation_1_2_and_4():
    module = nn.Sequential(*(nn.Conv2d(1, 1, 3, dilation=d) for d in (1, 2, 4)))
    text = "CONV 1 3 -> CONV 1 3 dilation=2 -> CONV 1 3 dilation=4"
    for made in plans(text, module, (1, 40, 40)):
        assert [row.field.size for row in made.rows] == [(3, 3), (7, 7), (15, 15)]
        assert {row.status for row in made.rows} == {"exact"}


def test_resnet_50_has_4_09_billion_products_and_the_plan_says_what_a_product_is():
    """4.12 when norms and pools are added, which papers and counters do or do not."""
    with torch.device("meta"):
        module = ARCHITECTURES["resnet50"]()
    texts = striate.plan(tree("resnet50"), classes=1000), striate.plan(module, input=(3, 224, 224))
    for made in texts:
        assert count(made) == 4_089_184_256
        assert {row.products.value for row in made.rows if row.word in ("BN", "POOL", "GAP")} == {0}
        assert "products: multiplications, one for each weight at each place" in str(made)


@pytest.mark.parametrize("seed", range(3))
def test_the_judge_of_memory_sees_what_is_kept(seed):
    """A sum keeps nothing, a product keeps both: the hooks above are no constant."""
    images = torch.rand(2, 3, 8 + seed, 8)
    scale = nn.Conv2d(3, 3, 1, groups=3, bias=False)
    assert kept(scale, images)[0] == 0
    assert kept(nn.Sequential(scale, nn.Sigmoid()), images)[0] == images.nbytes
