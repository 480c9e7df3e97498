"""Parted networks are checked against the whole: values, gradients, and what autograd can reach."""

import copy
from math import prod

import pytest
import torch
import torch.nn.functional as F
from drawn import networks
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import striate
from striate.errors import OptionError
from striate.transfer.freezing import freeze, freeze_but, hold_still, last_layers
from striate.transfer.parting import part
from striate.zoo import find


def built(text, **options):
    """A network whose statistics are not those that it starts with."""
    model = striate.build(striate.resolve(text, **options))
    x = torch.randn(4, *next(iter(model.graph.nodes)).meta["size"])
    with torch.no_grad():
        model.train()(x)
    return model, x


@st.composite
def partly_frozen(draw):
    """A random network, most often with the first layers frozen, and here and there others."""
    torch.manual_seed(0)
    model, x = built(draw(networks(buildable=True)).text)
    layers = all_layers(model)
    count = draw(st.integers(0, len(layers)))
    flips = draw(st.lists(st.integers(0, max(0, len(layers) - 1)), max_size=2))
    for place, layer in enumerate(layers):
        if (place < count) != (place in flips):
            freeze(model, [layer])
    return model, x


def all_layers(model):
    for count in range(len(list(model.parameters())), 0, -1):
        try:
            return last_layers(model, count)
        except OptionError:
            continue
    return ()


def reached(model, run):
    """The layers with parameters that run, each with whether what is trained leads to it."""
    found = {}

    def note(path):
        return lambda module, given, result: found.__setitem__(path, result.requires_grad)

    called = {str(node.target) for node in model.graph.nodes if node.op == "call_module"}
    layers = [(path, model.get_submodule(path)) for path in called]
    hooks = [
        module.register_forward_hook(note(path))
        for path, module in layers
        if list(module.parameters())
    ]
    run()
    for hook in hooks:
        hook.remove()
    return found


@settings(max_examples=30)
@given(partly_frozen())
def test_body_and_head_are_the_network(case):
    model, x = case
    result = {}
    leads = reached(model, lambda: result.setdefault("y", model.eval()(x)))
    scales = any(node.op == "get_attr" for node in model.graph.nodes)
    parts = part(model)
    if parts is None:
        assert scales or not result["y"].requires_grad or all(leads.values())
        return
    assert scales or not all(leads.values())
    rows = parts.body(x)
    assert rows.dtype == torch.float32
    assert rows.shape == (len(x), parts.number)
    largest = max(1.0, float(result["y"].detach().abs().max().nan_to_num(posinf=1.0)))
    close = {"rtol": 1e-4, "atol": 1e-5 * largest, "equal_nan": True}
    assert torch.allclose(parts.head.eval()(rows), result["y"], **close)  # they lie in memory apart
    again = reached(parts.head, lambda: parts.head(rows))
    assert all(again.values())  # what stays the same is not computed again


@settings(max_examples=30)
@given(partly_frozen())
def test_a_step_of_the_head_is_a_step_of_the_network(case):
    model, x = case
    parts = part(model.train())
    if parts is None:
        return
    whole = copy.deepcopy(model)
    hold_still(whole.train())
    rows = parts.body(x)
    for trained, given_ in ((whole, x), (parts.head.train(), rows)):
        torch.manual_seed(1)
        trained(given_).sin().sum().backward()
        weights = [weight for weight in trained.parameters() if weight.requires_grad]
        torch.optim.SGD(weights, lr=0.1).step()
    for key, value in whole.state_dict().items():
        close = {"rtol": 1e-4, "atol": 1e-5, "equal_nan": True}
        assert torch.allclose(model.state_dict()[key], value, **close), key


@settings(max_examples=20)
@given(partly_frozen())
def test_parting_changes_nothing_and_shares_everything(case):
    model, _ = case
    before = {key: value.clone() for key, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    parts = part(model)
    assert modes == [module.training for module in model.modules()]
    assert all(
        torch.equal(value, before[key]) or value.isnan().any()
        for key, value in model.state_dict().items()
    )
    if parts is None:
        return
    assert list(parts.head.state_dict()) == list(before)
    mine, other = dict(model.named_parameters()), dict(parts.head.named_parameters())
    assert all(mine[path] is other[path] for path in mine)
    mine, other = dict(model.named_buffers()), dict(parts.head.named_buffers())
    assert all(mine[path] is other[path] for path in mine)


def frozen_to(model, path):
    """Everything up to the last parameter below a path is frozen."""
    names = [name for name, _ in model.named_parameters()]
    last = max(place for place, name in enumerate(names) if name.startswith(f"{path}."))
    for name in names[: last + 1]:
        model.get_parameter(name).requires_grad_(False)
    return model


FAMILIES = [
    ("resnet18", "layer3", [(256, 4, 4)]),
    ("resnet18", "conv1", [(64, 32, 32)]),
    ("resnet18", "layer4", [(512,)]),
    ("squeezenet1_0", "features.12", [(512, 3, 3)]),
    ("squeezenet1_0", "features.5", [(256, 7, 7)]),
    ("densenet121", "features.denseblock2", [(512, 8, 8)]),
    ("densenet121", "features.denseblock1.denselayer2", [(128, 16, 16)]),
    ("googlenet", "inception4a", [(512, 4, 4)]),
    ("googlenet", "inception5b", [(1024,)]),
    ("mobilenet_v2", "features.10", [(64, 4, 4)]),
    ("unet", "down2", [(64, 64, 64), (128, 32, 32), (256, 16, 16)]),
]


@pytest.mark.parametrize(("name", "path", "sizes"), FAMILIES)
def test_families_are_parted_where_least_crosses(name, path, sizes):
    torch.manual_seed(0)
    model, x = built(find(name), input=(3, 64, 64), classes=5)
    parts = part(frozen_to(model, path).eval())
    assert [
        size[: len(expected)] for size, expected in zip(parts.sizes, sizes, strict=True)
    ] == sizes
    assert parts.number == sum(map(prod, sizes))
    with torch.no_grad():
        assert torch.equal(parts.head(parts.body(x)), model(x))


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("a: CONV 4 3x3 pad=1 -> RELU -> POOL 2 -> b: CONV 3 1", [(4, 4, 4)]),
        ("a: CONV 4 3x3 pad=1 -> RELU -> UP 2 -> b: CONV 3 1", [(4, 8, 8)]),
        ("a: CONV 4 3x3 pad=1 -> UP 2 -> RELU -> b: CONV 3 1", [(4, 8, 8)]),
        ("a: CONV 4 3x3 pad=1 -> UP 2 -> RELU -> GAP -> b: CONV 3 1", [(4, 1, 1)]),
        ("a: CONV 4 3x3 -> DROPOUT -> b: CONV 3 1", [(4, 6, 6)]),
        ("a: CONV 4 3x3 -> DROPOUT -> GAP -> b: CONV 3 1", [(4, 6, 6)]),
        ("a: CONV 4 3x3 pad=1 -> { RELU | TANH } -> b: CONV 3 1", [(4, 8, 8)]),
        ("a: CONV 4 3x3 pad=1 -> { POOL 2 | AVGPOOL 2 } -> b: CONV 3 1", [(8, 4, 4)]),
        ("{ a: CONV 4 3x3 pad=1 | ID } -> b: CONV 3 1", [(6, 8, 8)]),
        ("{ a: CONV 4 3x3 pad=1 | b: CONV 3 1 }", [(2, 8, 8), (4, 8, 8)]),
    ],
)
def test_a_boundary_is_narrow_and_in_front_of_the_last_dropout(text, sizes):
    model, x = built(f"INPUT 2x8x8\n{text} -> c: FC 3")
    parts = part(frozen_to(model, "a").eval())
    assert list(parts.sizes) == sizes
    assert torch.equal(parts.head(parts.body(x)), model(x))


def test_nothing_is_parted_where_nothing_is_frozen_before_what_is_trained():
    model, _ = built("INPUT 2x8x8 -> a: CONV 4 3x3 -> RELU -> b: CONV 4 3x3 -> c: FC 3")
    assert part(model) is None
    freeze(model, ["b"])
    assert part(model) is None
    freeze(model, ["*"])
    assert part(model) is None
    freeze_but(model, ["c"])
    assert part(model) is not None


def test_a_norm_without_statistics_is_not_computed_once():
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3),
        nn.BatchNorm2d(4, track_running_stats=False),
        nn.Flatten(),
        nn.Linear(16, 2),
    )
    freeze(model, ["0", "1"])
    assert part(model, (2, 4, 4)).sizes == ((4, 2, 2),)
    parts = part(model.eval(), (2, 4, 4))
    x = torch.randn(6, 2, 4, 4)
    assert torch.allclose(parts.head(parts.body(x)), model(x), atol=1e-6)


def test_dropout_inside_of_the_body_is_off_and_in_the_head_it_draws():
    text = "INPUT 2x8x8 -> a: CONV 4 3 -> DROPOUT 0.5 -> b: CONV 4 3 -> DROPOUT 0.5 -> c: FC 2"
    model, x = built(text)
    parts = part(frozen_to(model, "b").train())
    assert torch.equal(parts.body.train()(x), parts.body(x))
    rows = parts.body(x)
    assert not torch.equal(parts.head(rows), parts.head(rows))
    assert torch.equal(parts.head.eval()(rows), model.eval()(x))


def test_frozen_norms_of_the_head_stay_still_whoever_trains_it():
    text = "INPUT 2x8x8 -> a: CONV 4 3 -> b: CONV 4 3 -> BN -> c: FC 2"
    model, x = built(text)
    freeze(model, ["a", "2"])
    parts, norm = part(model), model.get_submodule("2")
    before = norm.running_mean.clone()
    parts.head.eval()
    parts.head.train()(parts.body(x))
    assert parts.head.training
    assert torch.equal(norm.running_mean, before)


def test_a_copy_of_a_head_is_whole_and_its_own():
    model, x = built("INPUT 2x8x8 -> a: CONV 4 3 -> BN -> DROPOUT -> b: FC 2")
    parts = part(frozen_to(model, "1").eval())
    copied = copy.deepcopy(parts.head)
    assert list(copied.state_dict()) == list(model.state_dict())
    assert torch.equal(copied(parts.body(x)), model(x))
    with torch.no_grad():
        copied.get_parameter("b.weight").zero_()
        copied.get_parameter("a.weight").zero_()
    assert model.get_parameter("b.weight").any()
    assert model.get_parameter("a.weight").any()
    assert torch.equal(parts.head(parts.body(x)), model(x))
    assert [module.training for module in copied.train().modules()] == [
        module.training for module in parts.head.train().modules()
    ]


def test_moving_the_head_moves_what_it_shares():
    model, x = built("INPUT 2x8x8 -> a: CONV 4 3 -> BN -> b: CONV 4 3 -> BN -> c: FC 2")
    parts = part(frozen_to(model, "1").eval())
    parts.head.to(torch.float64)
    assert {tensor.dtype for tensor in model.buffers()} == {torch.float64, torch.int64}
    assert {tensor.dtype for tensor in parts.body.parameters()} == {torch.float64}
    y = model(x.double())
    assert torch.allclose(parts.head(parts.body(x.double()).double()), y, rtol=1e-5, atol=1e-6)


def test_a_body_gives_float32_under_autocast():
    model, x = built("INPUT 2x8x8 -> a: CONV 4 3 -> { RELU | b: CONV 4 1 } -> c: CONV 2 1")
    parts = part(frozen_to(model, "b"))
    with torch.autocast("cpu", torch.bfloat16):
        rows = parts.body(x)
        assert parts.head(rows).dtype == torch.bfloat16
    assert rows.dtype == torch.float32


def test_a_body_keeps_no_graph_for_gradients():
    model, x = built("INPUT 2x8x8 -> a: CONV 4 3 -> b: CONV 2 1")
    assert not part(frozen_to(model, "a")).body(x).requires_grad


class Foreign(nn.Module):
    """A network that striate has not built: functions, sizes, and an activation in place."""

    def __init__(self, *, drop=0.0, mixes=False, looks=False, draws=False):
        super().__init__()
        self.conv, self.norm, self.last = nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Linear(64, 3)
        self.middle, self.drop, self.mixes = nn.Conv2d(4, 4, 3), drop, mixes
        self.looks, self.draws = looks, draws
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        if self.looks and x.sum() > 0:
            x = -x
        x = F.relu(self.norm(self.conv(x)), inplace=True)
        if self.mixes:
            x = x - x.mean(0, keepdim=True)
        if self.draws:
            x = x + torch.rand_like(x)
        if self.drop:
            x = F.dropout(x, self.drop, training=self.training)
        x = F.relu(self.middle(x), inplace=True)
        return self.last(x.view(x.size(0), -1))


def test_a_foreign_network_is_parted():
    torch.manual_seed(0)
    model, x = Foreign(), torch.randn(5, 2, 8, 8)
    model(x)
    freeze(model, ["conv", "norm"])
    parts = part(model, (2, 8, 8))
    assert parts.sizes == ((4, 6, 6),)
    assert list(parts.head.state_dict()) == list(model.state_dict())
    rows = parts.body(x)
    assert torch.equal(parts.head.eval()(rows), model.eval()(x))
    assert torch.equal(rows, parts.body(x))
    freeze(model, ["middle"])
    assert part(model, (2, 8, 8)).sizes == ((64,),)


@pytest.mark.parametrize(
    "options", [{"drop": 0.5}, {"mixes": True}, {"looks": True}, {"draws": True}]
)
def test_a_foreign_network_that_cannot_be_parted_is_left_whole(options):
    model = Foreign(**options)
    freeze(model, ["conv", "norm"])
    assert part(model, (2, 8, 8)) is None


def test_a_foreign_network_needs_a_size():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    freeze(model, ["0"])
    with pytest.raises(OptionError, match="inputs of an unknown size"):
        part(model)
