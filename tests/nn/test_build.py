"""A built network is a plain torch module: its keys are paths, and torch's own tools take it."""

import copy

import pytest
import torch
from drawn import networks
from hypothesis import given
from torch import nn

import striate
from striate.language import layers as L
from striate.nn import build

NET = """
B(c) = { conv1: CONV c 3x3 pad=1 bias=no -> bn1: BN -> RELU -> conv2: CONV c 3x3 pad=0/2x1/1
       + shortcut: [CONV c 1x1]*(in!=c) } -> RELU
INPUT 3x12x12
stem: CONV 8 3x3 pad=1 -> POOL 3 stride=2 pad=1 ceil
layer1: [B(8) -> B(12)]
norm: LAYERNORM -> scale: SCALE -> DENSE 6 -> CHANNELPOOL 2
CONV 4 3x3 connect=01/12/0/2 -> MINPOOL 2 -> GAP -> fc: FC classes -> SOFTMAX
"""


@pytest.fixture
def model():
    torch.manual_seed(0)
    return build(striate.resolve(NET, classes=5))


@pytest.fixture
def images():
    return torch.rand(4, 3, 12, 12)


@given(networks(buildable=True))
def test_keys_are_paths(drawn):
    network = striate.resolve(drawn.text)
    keys = build(network).state_dict()
    paths = {node.path for node in network.nodes}
    scales = {node.path for node in network.nodes if isinstance(node.layer, L.Scale)}
    assert all((key in scales) or key.rpartition(".")[0] in paths for key in keys)


def test_the_keys_of_a_network(model):
    names = [name for name, _ in model.named_parameters()]
    assert names[:7] == [
        *("scale", "stem.weight", "stem.bias", "layer1.0.conv1.weight"),
        *("layer1.0.bn1.weight", "layer1.0.bn1.bias", "layer1.0.conv2.weight"),
    ]
    assert "layer1.1.shortcut.0.weight" in names
    assert not any("rows" in key for key in model.state_dict())


def test_it_is_an_ordinary_module(model, images):
    assert isinstance(model, nn.Module)
    assert type(model).__name__ == "Network"
    assert model.training
    assert model(images).shape == (4, 5)
    model(images).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert "layer1" in model.code


def test_weights_go_from_one_to_another(model, images):
    other = build(striate.resolve(NET, classes=5))
    assert not torch.equal(other(images), model(images))
    other.load_state_dict(model.state_dict())
    assert torch.equal(other.eval()(images), model.eval()(images))


def test_the_start_follows_its_seed():
    text = "INPUT 2x3x3 -> c: CONV 4 3 -> f: FC 5"
    models = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        models.append(build(striate.resolve(text)).state_dict())
    one, again, other = models
    assert all(torch.equal(one[key], again[key]) for key in one)
    assert not torch.equal(one["c.weight"], other["c.weight"])
    assert not torch.equal(one["f.weight"], other["f.weight"])


def test_a_deep_copy_is_its_own(model, images):
    twin = copy.deepcopy(model).eval()
    before = twin(images)
    with torch.no_grad():
        model.stem.weight.zero_()
    assert torch.equal(twin(images), before)


def test_channels_last_changes_nothing(model, images):
    model.eval()
    expected = model(images)
    found = model.to(memory_format=torch.channels_last)(
        images.to(memory_format=torch.channels_last)
    )
    torch.testing.assert_close(found, expected)


def test_bfloat16_under_autocast(model, images):
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.isfinite(model.eval()(images)).all()


def test_export_answers_the_same_for_any_batch(model, images):
    model.eval()
    batch = torch.export.Dim("batch", min=1, max=64)
    exported = torch.export.export(model, (images,), dynamic_shapes=({0: batch},), strict=False)
    for count in (1, 3, 4):
        found = exported.module()(images[:count])
        torch.testing.assert_close(found, model(images[:count]))


def test_dynamo_takes_it_whole(model, images):
    """No graph break and the same numbers; the compiler itself is tried in the slow test."""
    model.eval()
    compiled = torch.compile(model, fullgraph=True, backend="eager")
    assert torch.equal(compiled(images), model(images))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compile_gives_the_same_numbers(images):
    model = build(striate.resolve("INPUT 3x12x12 -> CONV 4 3 -> BN -> RELU -> POOL -> FC 5")).eval()
    with torch.no_grad():
        compiled = torch.compile(model, fullgraph=True)
        torch.testing.assert_close(compiled(images), model(images))


def test_looking_changes_nothing():
    model = striate.build("lenet5")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    striate.plan("lenet5")
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_a_tap_and_several_branches_train():
    model = striate.build(
        "INPUT 1x8x8 -> a: CONV 4 3 pad=1 -> POOL 2 -> { @a | DECONV 4 2 stride=2 to=@a } -> FC 2"
    )
    model(torch.rand(2, 1, 8, 8)).sum().backward()
    assert model.a.weight.grad.abs().sum() > 0
