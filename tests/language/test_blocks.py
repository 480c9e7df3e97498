"""FIRE, RESIDUAL and INCEPTION make up the published networks; a text's own definition goes first.

`torchvision.json` has the counts, and a digest of all names and shapes, of torchvision's networks;
GoogLeNet as its paper has it (5x5, no norms) has the parameters of the weights that BVLC published.
"""

import hashlib
import json
from pathlib import Path

import pytest
import torch

import striate
from striate.errors import LanguageError, ShapeError
from striate.language import blocks, read, words
from striate.nn import build

PUBLISHED = Path(__file__).parents[1] / "published"
MODELS = json.loads((PUBLISHED / "torchvision.json").read_text("utf-8"))["models"]

SQUEEZENET1_0 = """
    INPUT 3x224x224
    features: [
        CONV 96 7x7 stride=2 -> RELU -> POOL 3 stride=2 ceil
        FIRE(16, 64, 64) -> FIRE(16, 64, 64) -> FIRE(32, 128, 128) -> POOL 3 stride=2 ceil
        FIRE(32, 128, 128) -> FIRE(48, 192, 192) -> FIRE(48, 192, 192) -> FIRE(64, 256, 256)
        POOL 3 stride=2 ceil -> FIRE(64, 256, 256)
    ]
    classifier: [DROPOUT -> CONV classes 1x1 -> RELU -> ADAPTIVE 1x1] -> FLATTEN
"""
SQUEEZENET1_1 = """
    INPUT 3x224x224
    features: [
        CONV 64 3x3 stride=2 -> RELU -> POOL 3 stride=2 ceil
        FIRE(16, 64, 64) -> FIRE(16, 64, 64) -> POOL 3 stride=2 ceil
        FIRE(32, 128, 128) -> FIRE(32, 128, 128) -> POOL 3 stride=2 ceil
        FIRE(48, 192, 192) -> FIRE(48, 192, 192) -> FIRE(64, 256, 256) -> FIRE(64, 256, 256)
    ]
    classifier: [DROPOUT -> CONV classes 1x1 -> RELU -> ADAPTIVE 1x1] -> FLATTEN
"""
RESNET = """
    INPUT 3x224x224
    conv1: CONV 64 7x7 stride=2 pad=3 bias=no -> bn1: BN -> RELU -> POOL 3 stride=2 pad=1
    layer1: [RESIDUAL(64)]*{}
    layer2: [RESIDUAL(128, 2) -> [RESIDUAL(128)]*({}-1)]
    layer3: [RESIDUAL(256, 2) -> [RESIDUAL(256)]*({}-1)]
    layer4: [RESIDUAL(512, stride=2) -> [RESIDUAL(filters=512)]*({}-1)]
    GAP -> fc: FC classes
"""
NETWORKS = {
    "squeezenet1_0": SQUEEZENET1_0,
    "squeezenet1_1": SQUEEZENET1_1,
    "resnet18": RESNET.format(2, 2, 2, 2),
    "resnet34": RESNET.format(3, 4, 6, 3),
}
CALLS = ["FIRE(2, 3, 4)", "RESIDUAL(5, 2)", "RESIDUAL(3)", "INCEPTION(1, 2, 3, 4, 5, 6)"]


def keys(text, **options):
    """The names and shapes of a network's weights, in order."""
    with torch.device("meta"):
        found = build(striate.resolve(text, **options)).state_dict().items()
    return [[key, [*value.shape]] for key, value in found if "num_batches" not in key]


@pytest.mark.parametrize("name", NETWORKS)
def test_published_networks_out_of_blocks_have_the_published_keys_shapes_and_counts(name):
    found = keys(NETWORKS[name], classes=1000)
    digest = hashlib.sha256(json.dumps(found, separators=(",", ":")).encode()).hexdigest()
    assert digest == MODELS[name]["sha256"]
    assert len(found) == MODELS[name]["tensors"]
    totals = striate.plan(NETWORKS[name], classes=1000).totals
    assert totals["parameters"].value == MODELS[name]["parameters"]
    assert totals["products"].value == MODELS[name]["products"]


def test_the_names_in_a_fire_layer():
    found = keys(f"features: [ID -> ID -> ID -> {CALLS[0]}]", input=(9, 8, 8))
    assert found == [
        ["features.3.squeeze.weight", [2, 9, 1, 1]],
        ["features.3.squeeze.bias", [2]],
        ["features.3.expand1x1.weight", [3, 2, 1, 1]],
        ["features.3.expand1x1.bias", [3]],
        ["features.3.expand3x3.weight", [4, 2, 3, 3]],
        ["features.3.expand3x3.bias", [4]],
    ]


@pytest.mark.parametrize(
    ("channels", "call", "shortcut"),
    [(4, "RESIDUAL(4)", False), (4, "RESIDUAL(5)", True), (4, "RESIDUAL(4, 2)", True)],
)
def test_a_residual_block_has_a_convolution_in_its_shortcut_only_where_sizes_differ(
    channels, call, shortcut
):
    found = [key for key, _ in keys(f"ID -> {call}", input=(channels, 8, 8))]
    assert [key for key in found if "bn" not in key and "downsample.1" not in key] == [
        "1.conv1.weight",
        "1.conv2.weight",
        *["1.downsample.0.weight"] * shortcut,
    ]


GOOGLENET = """
    INPUT 3x224x224
    CONV 64 7x7 stride=2 pad=3 -> RELU -> POOL 3 stride=2 ceil -> LRN
    CONV 64 1x1 -> RELU -> CONV 192 3x3 pad=1 -> RELU -> LRN -> POOL 3 stride=2 ceil
    INCEPTION(64, 96, 128, 16, 32, 32) -> INCEPTION(128, 128, 192, 32, 96, 64)
    POOL 3 stride=2 ceil
    INCEPTION(192, 96, 208, 16, 48, 64) -> INCEPTION(160, 112, 224, 24, 64, 64)
    INCEPTION(128, 128, 256, 24, 64, 64) -> INCEPTION(112, 144, 288, 32, 64, 64)
    INCEPTION(256, 160, 320, 32, 128, 128)
    POOL 3 stride=2 ceil
    INCEPTION(256, 160, 320, 32, 128, 128) -> INCEPTION(384, 192, 384, 48, 128, 128)
    GAP -> DROPOUT 0.4 -> FC classes
"""


def test_googlenet_out_of_inception_modules_has_the_parameters_of_the_published_weights():
    """6,998,552 in the weights that BVLC published with Caffe, auxiliary heads aside."""
    assert striate.plan(GOOGLENET, classes=1000).totals["parameters"].value == 6_998_552


def test_an_inception_module_makes_the_dear_convolution_cheap():
    """5x5 on 192x28x28 to 32 through a bottleneck of 16: 12,443,648 instead of 120,422,400."""
    plan = striate.plan("INPUT 192x28x28 -> m: INCEPTION(64, 96, 128, 16, 32, 32)")
    assert plan.row("m.branch3.0.conv").products.value == 2_408_448
    assert plan.row("m.branch3.1.conv").products.value == 10_035_200
    assert plan.rows[-1].size == (256, 28, 28)
    names = [row.path for row in plan.rows if row.word == "CONV"]
    branches = ["branch1", "branch2.0", "branch2.1", "branch3.0", "branch3.1", "branch4.1"]
    assert names == [f"m.{branch}.conv" for branch in branches]
    after = [row.word for row in plan.rows]
    assert all(after[n + 1] == "RELU" for n, word in enumerate(after) if word == "CONV")


@pytest.mark.parametrize("axes", [(9,), (9, 8), (5, 6, 7)])
@pytest.mark.parametrize(
    ("call", "channels", "step"),
    [("FIRE(2, 3, 4)", 7, 1), ("RESIDUAL(5, 2)", 5, 2), ("INCEPTION(1, 2, 3, 4, 5, 6)", 15, 1)],
)
def test_blocks_are_for_any_number_of_axes(call, channels, step, axes):
    kept = tuple((n - 1) // step + 1 for n in axes)
    network = striate.resolve(call, input=(3, *axes))
    assert network.output == (channels, *kept)
    assert build(network).eval()(torch.zeros(2, 3, *axes)).shape == (2, channels, *kept)


# ---------------------------------------------------------------- names


def test_a_text_s_own_definition_goes_before_a_block():
    own = "FIRE(c) = CONV c 1\nINPUT 3x8x8 -> FIRE(7)"
    assert striate.resolve(own).output == (7, 8, 8)
    parameter = "A(FIRE) = CONV FIRE 1\nINPUT 3x8x8 -> A(7)"
    assert striate.resolve(parameter).output == (7, 8, 8)


def test_a_block_is_given_to_a_definition_like_any_other():
    assert striate.resolve("A(B) = B(2, 3, 4)\nINPUT 3x8x8 -> A(FIRE)").output == (7, 8, 8)
    assert striate.resolve("A(B) = B\nINPUT 3x8x8 -> A(FIRE(2, 3, 4))").output == (7, 8, 8)


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("ID -> FIRE(16)", "FIRE needs 'expand1x1'", "it is defined as FIRE(squeeze, expand1x1, e"),
        ("ID -> FIRE(1, 2, 3, 4)", "FIRE takes 3 arguments, found 4", "it is defined as FIRE("),
        ("ID -> RESIDUAL", "RESIDUAL needs 'filters'", "it is defined as RESIDUAL(filters, stride"),
        ("ID -> RESIDUAL(8, s=2)", "RESIDUAL: 's' is no parameter of it", "it is defined as"),
        (
            "ID -> FIRE 16",
            "expected an arrow after 'FIRE', found '16'",
            "a definition takes argume",
        ),
        ("ID -> RESIDUEL(64)", "'RESIDUEL' is neither a word nor def", "did you mean 'RESIDUAL'?"),
        ("ID -> fire(16, 64, 64)", "'fire' is neither a word nor def", "did you mean 'FIRE'?"),
        ("ID -> INCEPTON 3", "'INCEPTON' is neither a word nor def", "did you mean 'INCEPTION'?"),
    ],
)
def test_a_slip_in_a_call_is_shown_in_the_reader_s_own_text(text, message, help):
    with pytest.raises(LanguageError) as caught:
        striate.plan(text, input=(3, 8, 8))
    assert message in caught.value.message
    assert caught.value.help[0].startswith(help)
    assert (caught.value.line, caught.value.column) == (1, 7)
    assert caught.value.excerpt == text


def test_what_does_not_fit_in_a_block_stands_where_the_block_is_called():
    with pytest.raises(ShapeError) as caught:
        striate.plan("INPUT 3x8x8\nFC 10\nRELU -> x: FIRE(16, 64, 64)\nFC 3")
    assert caught.value.message.startswith("x.squeeze (line 3): CONV needs axes to slide along")
    assert (caught.value.excerpt, caught.value.column) == ("RELU -> x: FIRE(16, 64, 64)", 12)
    assert caught.value.help[0] == "give the layer before a shape: FC 16x7x7"
    rows = striate.plan("INPUT 3x8x8\nID\nFIRE(16, 64, 64)").rows
    assert [row.line for row in rows] == [2] + [3] * 7


def test_a_fix_never_asks_to_change_what_stands_in_no_text():
    """A stride of 1 in the block would do, but the block is written elsewhere."""
    with pytest.raises(ShapeError) as caught:
        striate.plan("INPUT 3x8x8 -> { RESIDUAL(3, 2) + ID }")
    assert [fix.split(" gives ")[0] for fix in caught.value.help] == [
        "an input of 3x1x1",
        "no other single change was found",
    ]


# ---------------------------------------------------------------- writing


def test_blocks_are_written_expanded_and_stay_as_they_are():
    text = f"INPUT 3x16x16 -> {' -> '.join(CALLS)} -> FC 10"
    once = striate.write(text)
    assert striate.write(once) == once
    assert not any(name in once for name in blocks.blocks())
    assert keys(once) == keys(text)


def test_a_text_without_a_size_keeps_its_calls():
    text = " -> ".join(CALLS) + "\n"
    assert striate.write(text) == text
    assert read(text).definitions == {}


def test_no_block_is_called_like_a_word():
    assert not {name.upper() for name in blocks.blocks()} & {*words.WORDS}
