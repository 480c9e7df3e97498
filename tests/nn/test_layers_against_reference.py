"""Every word that can be built computes what the reference loops, or torch's own functions, do."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import striate
from striate.errors import OptionError
from striate.nn import build
from striate.reference import Sweep, convolve, pool

BORDERS = {"zeros": "constant", "edge": "edge", "reflect": "reflect", "circular": "wrap"}


def built(text, **options):
    torch.manual_seed(0)
    return build(striate.resolve(text, **options)).double().eval()


def image(*size, seed=1):
    return torch.randn(2, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def same(found, expected):
    np.testing.assert_allclose(
        found.detach().numpy(), np.asarray(expected), rtol=1e-12, atol=1e-12, strict=True
    )


PADDINGS = {
    1: [("0", [(0, 0)]), ("2", [(2, 2)]), ("0/1", [(0, 1)]), ("3/0", [(3, 0)])],
    2: [("1x0", [(1, 1), (0, 0)]), ("0/2x1/0", [(0, 2), (1, 0)]), ("2", [(2, 2), (2, 2)])],
    3: [("1", [(1, 1)] * 3), ("0/1x1/0x2", [(0, 1), (1, 0), (2, 2)])],
}
SIZES = {1: (9,), 2: (6, 7), 3: (5, 4, 6)}
CASES = [
    (rank, pad, sides, mode)
    for rank, paddings in PADDINGS.items()
    for pad, sides in paddings
    for mode in BORDERS
]


@pytest.mark.parametrize(("rank", "pad", "sides", "mode"), CASES)
@pytest.mark.parametrize("stride", [1, 2])
def test_convolution(rank, pad, sides, mode, stride):
    x = image(4, *SIZES[rank])
    text = f"CONV 6 3 stride={stride} pad={pad} mode={mode} groups=2"
    model = built(f"c: {text}", input=(4, *SIZES[rank]))
    padded = np.pad(x.numpy(), [(0, 0), (0, 0), *sides], BORDERS[mode])
    weight, bias = model.c.weight.detach().numpy(), model.c.bias.detach().numpy()
    same(model(x), convolve(padded, weight, Sweep(stride), bias=bias, groups=2).values)


@pytest.mark.parametrize(("rank", "pad", "sides", "mode"), CASES)
@pytest.mark.parametrize("word", ["POOL", "MINPOOL", "AVGPOOL"])
@pytest.mark.parametrize("ceil", [False, True])
def test_pooling(rank, pad, sides, mode, word, ceil):
    x = image(3, *SIZES[rank])
    text = f"{word} 2 stride=3 pad={pad} mode={mode}{' ceil' * ceil}"
    found = built(text, input=(3, *SIZES[rank]))(x)
    kind = {"POOL": "max", "MINPOOL": "min", "AVGPOOL": "average"}[word]
    if mode == "zeros":
        expected = pool(x, (2,) * rank, kind, Sweep(3, sides), partial=ceil)
    else:
        padded = np.pad(x.numpy(), [(0, 0), (0, 0), *sides], BORDERS[mode])
        expected = pool(padded, (2,) * rank, kind, Sweep(3), partial=ceil)
        expected = expected[(..., *(slice(n) for n in found.shape[2:]))]
    same(found, expected)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("word", ["POOL", "MINPOOL", "AVGPOOL"])
def test_dilated_pooling(rank, word):
    x = image(2, *SIZES[rank])
    found = built(f"{word} 2 stride=1 dilation=2", input=(2, *SIZES[rank]))(x)
    kind = {"POOL": "max", "MINPOOL": "min", "AVGPOOL": "average"}[word]
    same(found, pool(x, (2,) * rank, kind, Sweep(1, dilation=2)))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("pad", [1, 2])
def test_an_average_need_not_count_its_padding(rank, pad):
    x = image(2, *SIZES[rank])
    found = built(f"AVGPOOL 3 stride=2 pad={pad} count=no ceil", input=(2, *SIZES[rank]))(x)
    how = {"partial": True, "count_padding": False}
    same(found, pool(x, (3,) * rank, "average", Sweep(2, [(pad, pad)] * rank), **how))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_padding_of_a_minimum_is_never_the_smallest(rank):
    x = image(1, *SIZES[rank]).abs() + 5
    assert built("MINPOOL 3 stride=1 pad=1", input=(1, *SIZES[rank]))(x).min() >= 5
    assert built("MINPOOL 3 stride=1 pad=2/1", input=(1, *SIZES[rank]))(x).min() >= 5
    assert built("POOL 3 stride=1 pad=2/1", input=(1, *SIZES[rank]))(-x).max() <= -5


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(("stride", "pad", "extra"), [(1, 0, 0), (2, 1, 1), (3, 1, 2), (3, 0, 0)])
def test_transposed_is_the_gradient_of_a_convolution(rank, stride, pad, extra):
    """DECONV's matrix is that of the convolution with its window, turned over."""
    x = image(4, *(5,) * rank)
    to = (5 - 1) * stride - 2 * pad + 3 + extra
    text = f"d: DECONV 5 3 stride={stride} pad={pad} bias=no to={to}"
    model = built(text, input=(4, *(5,) * rank))
    y = torch.zeros(2, 5, *(to,) * rank, dtype=torch.float64, requires_grad=True)
    convolved = (F.conv1d, F.conv2d, F.conv3d)[rank - 1](y, model.d.weight, None, stride, pad)
    (expected,) = torch.autograd.grad(convolved, y, x)
    same(model(x), expected)


def test_a_restricted_convolution_is_a_masked_dense_one_with_its_gradient():
    table = ((0, 1), (2,), (0, 1, 2), (1,))
    x = image(3, 5, 6).requires_grad_()
    model = built("c: CONV 4 3x2 stride=2 pad=1 connect=01/2/012/1", input=(3, 5, 6))
    dense = torch.zeros(4, 3, 3, 2, dtype=torch.float64)
    pairs = [(row, column) for row, columns in enumerate(table) for column in columns]
    for kernel, (row, column) in zip(model.c.weight.detach(), pairs, strict=True):
        dense[row, column] = kernel
    dense.requires_grad_()
    found, expected = model(x), F.conv2d(x, dense, model.c.bias, stride=2, padding=1)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-13)
    weights = torch.randn_like(found)
    mine = torch.autograd.grad((found * weights).sum(), (x, model.c.weight))
    theirs = torch.autograd.grad((expected * weights).sum(), (x, dense))
    torch.testing.assert_close(mine[0], theirs[0], rtol=0, atol=1e-12)
    taken = torch.stack([theirs[1][row, column] for row, column in pairs])
    torch.testing.assert_close(mine[1], taken, rtol=0, atol=1e-12)
    assert model.c.weight.shape == (7, 3, 2)
    assert torch.autograd.gradcheck(model, (x,), fast_mode=True)


@pytest.mark.parametrize(
    ("word", "function"),
    [
        ("RELU", F.relu),
        ("RELU6", F.relu6),
        ("LEAKYRELU 0.2", lambda x: F.leaky_relu(x, 0.2)),
        ("PRELU", lambda x: F.prelu(x, torch.tensor([0.25]).double())),
        ("ELU", F.elu),
        ("SELU", F.selu),
        ("GELU", F.gelu),
        ("SILU", F.silu),
        ("MISH", F.mish),
        ("TANH", torch.tanh),
        ("SIGMOID", torch.sigmoid),
        ("SOFTPLUS", F.softplus),
        ("HARDSWISH", F.hardswish),
        ("HARDSIGMOID", F.hardsigmoid),
        ("HARDTANH", F.hardtanh),
        ("ID", lambda x: x),
        ("DROPOUT", lambda x: x),
        ("FLATTEN", lambda x: x.flatten(1)),
        ("GAP", lambda x: x.mean((2, 3), keepdim=True)),
        ("ADAPTIVE 2x3", lambda x: F.adaptive_avg_pool2d(x, (2, 3))),
        ("ADAPTIVE 2x3 mode=max", lambda x: F.adaptive_max_pool2d(x, (2, 3))),
        ("UP 2", lambda x: x.repeat_interleave(2, 2).repeat_interleave(2, 3)),
        ("UP 2 mode=linear", lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")),
        ("UP to=3x9", lambda x: F.interpolate(x, (3, 9))),
        ("CROP 3x4", lambda x: x[..., 1:4, 1:5]),
        ("PAD 1", lambda x: F.pad(x, (1, 1, 1, 1))),
        ("PAD pad=0/1x2/3", lambda x: F.pad(x, (2, 3, 0, 1))),
        ("PAD 2 mode=reflect", lambda x: F.pad(x, (2, 2, 2, 2), "reflect")),
        ("PAD 2 mode=edge", lambda x: F.pad(x, (2, 2, 2, 2), "replicate")),
        ("PAD 2 mode=circular", lambda x: F.pad(x, (2, 2, 2, 2), "circular")),
        ("LRN 3 alpha=0.1 beta=0.5 k=2", lambda x: F.local_response_norm(x, 3, 0.1, 0.5, 2.0)),
        ("CHANNELPOOL 2", lambda x: torch.maximum(x[:, ::2], x[:, 1::2])),
        ("CHANNELPAD 7", lambda x: F.pad(x, (0, 0, 0, 0, 1, 2))),
        ("CHANNELPAD", lambda x: F.pad(x, (0, 0, 0, 0, 2, 2))),
        ("CHANNELPAD 4", lambda x: x),
        ("{ ID | TANH }", lambda x: torch.cat([x, x.tanh()], 1)),
        ("{ ID + TANH + RELU }", lambda x: x + x.tanh() + x.relu()),
        ("a: RELU -> TANH -> { ID | @a }", lambda x: torch.cat([x.relu().tanh(), x.relu()], 1)),
    ],
)
def test_words_without_weights(word, function):
    x = image(4, 5, 6)
    same(built(word, input=(4, 5, 6))(x), function(x).detach())


@pytest.mark.parametrize("size", [(4,), (4, 5), (4, 5, 6), (4, 3, 5, 2)])
def test_words_with_weights_in_any_number_of_axes(size):
    x, rank = image(*size), len(size) - 1
    column = (-1, *(1,) * rank)
    model = built("n: LAYERNORM eps=0.1 -> d: DENSE 3 -> s: SCALE 0.5 -> b: BN eps=0.2", input=size)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter))
        model.b.running_mean.copy_(torch.randn(3))
    n, d, b = model.n, model.d, model.b
    spread = x.var(1, correction=0, keepdim=True)
    y = (x - x.mean(1, keepdim=True)) / (spread + 0.1).sqrt()
    y = y * n.weight.view(column) + n.bias.view(column)
    y = torch.einsum("oc,bc...->bo...", d.weight, y) + d.bias.view(column)
    assert model.s.shape == (3, *(1,) * rank)
    y = y * model.s
    y = (y - b.running_mean.view(column)) / (1.2**0.5)
    same(model(x), (y * b.weight.view(column) + b.bias.view(column)).detach())


def test_fc_reads_and_gives_shapes():
    x = image(3, 4, 5)
    model = built("a: FC 2x3x4 -> b: FC 7 bias=no", input=(3, 4, 5))
    y = F.linear(x.flatten(1), model.a.weight, model.a.bias)
    same(model(x), F.linear(y, model.b.weight).detach())
    assert built("FC 2x3x4 -> RELU -> CONV classes 1 -> GAP", input=(6,))(image(6)).shape[1:] == (
        *(10, 1, 1),
    )


def test_softmax_is_left_to_loss_and_prediction():
    torch.manual_seed(0)
    logits = built("FC classes", input=(5,), classes=3)(image(5))
    same(built("FC classes -> SOFTMAX", input=(5,), classes=3)(image(5)), logits.detach())


@pytest.mark.parametrize(("rank", "pad", "sides", "mode"), CASES)
@pytest.mark.parametrize("word", ["UNSHARED 6 3", "TILED 6 3 tiles=2"])
def test_unshared_and_tiled(rank, pad, sides, mode, word):
    x = image(2, *SIZES[rank])
    model = built(f"u: {word} stride=2 pad={pad} mode={mode}", input=(2, *SIZES[rank]))
    with torch.no_grad():
        model.u.bias.normal_()
    weight, bias = model.u.weight.detach().numpy(), model.u.bias.detach().numpy()
    sweep = Sweep((2,) * rank, sides, (1,) * rank, mode)
    same(model(x), convolve(x, weight, sweep, bias=bias).values)


@pytest.mark.parametrize(("rank", "pad", "sides", "mode"), CASES)
def test_separable_is_a_step_for_each_axis(rank, pad, sides, mode):
    x = image(2, *SIZES[rank])
    model = built(f"s: SEPARABLE 3 3 stride=2 pad={pad} mode={mode}", input=(2, *SIZES[rank]))
    with torch.no_grad():
        model.s.bias.normal_()
    values = convolve(x, model.s.mix.detach(), Sweep()).values
    for axis, weight in enumerate(model.s.along):
        stride = [2 if axis == a else 1 for a in range(rank)]
        frame = [sides[a] if axis == a else (0, 0) for a in range(rank)]
        sweep = Sweep(stride, frame, 1, mode)
        values = convolve(values, weight.detach(), sweep, groups=3).values
    same(model(x), values + model.s.bias.detach().numpy().reshape(-1, *(1,) * rank))


@pytest.mark.parametrize(
    ("text", "size", "message"),
    [
        ("UNSHARED 4 1", (1, 3, 3, 3, 3), "0: torch slides along 1 to 3 axes, found 4"),
        ("CONV 4 1", (1, 3, 3, 3, 3), "0: torch slides along 1 to 3 axes, found 4"),
        ("POOL", (1, 3, 3, 3, 3), "0: torch slides along 1 to 3 axes, found 4"),
        ("GAP", (1, 3, 3, 3, 3), "0: torch slides along 1 to 3 axes, found 4"),
        ("BN", (1, 3, 3, 3, 3), "0: torch slides along 1 to 3 axes, found 4"),
        ("PAD 1 mode=edge", (1, 3, 3, 3, 3), "0: torch slides along 1 to 3 axes, found 4"),
        ("train: RELU", (3,), "train: torch keeps the name 'train' for itself"),
        ("a: [type: [RELU]]", (3,), "a.type.0: torch keeps the name 'type' for itself"),
        ("class: RELU", (3,), "class: Python keeps the name 'class' for itself"),
        ("self: RELU", (3,), "self: torch keeps the name 'self' for itself"),
    ],
)
def test_what_torch_cannot_do_names_the_layer(text, size, message):
    with pytest.raises(OptionError) as caught:
        built(text, input=size)
    assert caught.value.message == message


def test_names_that_torch_uses_inside_are_free_as_labels():
    names = ("x", "torch", "nan", "inf", "device", "F", "math", "weight", "é", "x²", "relu", "add")
    model = built(" -> ".join(f"{name}: FC 3" for name in names), input=(3,))
    assert model(image(3)).shape == (2, 3)
    keys = {key.rpartition(".")[0] for key in model.state_dict()}
    assert keys == {*names}
