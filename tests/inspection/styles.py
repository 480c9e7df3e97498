"""Modules in the many styles that people write them in, each with what is to arrive at it."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations, prune
from torch.utils.checkpoint import checkpoint


class Functional(nn.Module):
    """Functions without modules, a lambda, a conditional on a shape."""

    input = (3, 32, 32)

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(8, 3, 3, 3))
        self.act = lambda x: F.relu(x) * 1.5
        self.fc = nn.Linear(8 * 15 * 15, 10)

    def forward(self, x):
        x = self.act(F.max_pool2d(F.conv2d(x, self.w), 2))
        if x.shape[-1] > 10:
            x = torch.sigmoid(x)
        return self.fc(torch.flatten(x, 1))


class Nested(nn.Module):
    """Dictionaries and lists go in and come out."""

    input: ClassVar = {"inputs": {"image": (3, 16, 16), "more": [(4,), (2,)]}}

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(6, 4)

    def forward(self, inputs):
        one, two = inputs["more"]
        x = self.conv(inputs["image"]) + self.fc(torch.cat([one, two], 1))[:, :, None, None]
        return {"map": x, "rest": [x.mean((2, 3)), (one * 2,)]}


class OneList(nn.Module):
    """A forward that takes one list."""

    input: ClassVar = [(3, 8, 8), (3, 8, 8)]

    def forward(self, images):
        return torch.stack(images).sum(0)


class Loops(nn.Module):
    """Loops over a list and a dictionary of modules, one of them used again and again."""

    input = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(3, 3, 3, padding=1) for _ in range(2))
        self.acts = nn.ModuleDict({"tanh": nn.Tanh(), "gelu": nn.GELU()})
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        for conv in self.convs:
            x = self.relu(conv(x))
        for name in self.acts:
            x = self.acts[name](x)
        return x


class Shared(nn.Module):
    """One layer used twice, and two layers whose weights are tied."""

    input = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.one, self.two = (nn.Linear(16, 16, bias=False) for _ in range(2))
        self.two.weight = self.one.weight

    def forward(self, x):
        return self.two(self.one(self.conv(self.conv(x))))


class Parametrised(nn.Module):
    """Weight norm, old and new, spectral norm, and a pruned weight."""

    input = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.old = nn.utils.weight_norm(nn.Conv2d(3, 4, 3))
        self.new = parametrizations.weight_norm(nn.Conv2d(4, 4, 3))
        self.spectral = parametrizations.spectral_norm(nn.Conv2d(4, 4, 3))
        self.pruned = prune.random_unstructured(nn.Conv2d(4, 4, 3), "weight", 0.5)

    def forward(self, x):
        return self.pruned(self.spectral(self.new(self.old(x))))


class Masks(nn.Module):
    """Buffers as masks: multiplied with, picked by, filled where."""

    input = (3, 16, 16)

    def __init__(self):
        super().__init__()
        self.register_buffer("factor", torch.ones(3, 1, 1))
        self.register_buffer("keep", torch.tensor([True, False, True]))
        self.register_buffer("order", torch.tensor([1, 0]))

    def forward(self, x):
        x = (x * self.factor)[:, self.keep][:, self.order]
        return x.masked_fill(torch.ones(16, 16).tril() == 0, 0.0)


class Matrices(nn.Module):
    """einsum, unfold and matmul in place of convolution."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.mix = nn.Parameter(torch.randn(5, 3))
        self.kernel = nn.Parameter(torch.randn(4, 45))

    def forward(self, x):
        x = torch.einsum("bchw,oc->bohw", x, self.mix)
        return (self.kernel @ F.unfold(x, 3)).view(-1, 4, 6, 6)


class Deep(nn.Module):
    """Sequential in Sequential, five deep, the last with a name."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        body = nn.Sequential()
        body.add_module("conv", nn.Conv2d(3, 2, 3))
        for _ in range(4):
            body = nn.Sequential(body, nn.ReLU())
        self.body = body

    def forward(self, x):
        return self.body(x)


class Checkpointed(nn.Module):
    """Both kinds of checkpointing."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 3, 1)
        self.one = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
        self.two = nn.Conv2d(4, 4, 3)

    def forward(self, x):
        x = checkpoint(self.one, self.stem(x), use_reentrant=True)
        return checkpoint(self.two, x, use_reentrant=False)


class Lazy(nn.Module):
    """Layers that learn their sizes from the first input."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.fc = nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.LazyLinear(5)

    def forward(self, x):
        return self.fc(self.norm(self.conv(x)).flatten(1))


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -grad


class Custom(nn.Module):
    """Functions with a derivative of their own."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3)

    def forward(self, x):
        return self.two(Reverse.apply(Square.apply(self.one(x))))


class Recurrent(nn.Module):
    """A convolutional stem, then LSTM and attention over its places."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.lstm = nn.LSTM(8, 6, batch_first=True, bidirectional=True)
        self.attention = nn.MultiheadAttention(12, 3, batch_first=True)
        self.fc = nn.Linear(12, 4)

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        start = torch.zeros(2, x.size(0), 6).to(x.device)
        x, _ = self.lstm(x, (start, start))
        x, _ = self.attention(x, x, x)
        return self.fc(x[:, -1])


class InPlace(nn.Module):
    """+=, a part written to, relu_, out=, and a result filled bit by bit."""

    input = (4, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        y = self.conv(x)
        y += x
        y[:, :2] = x[:, 2:]
        y.relu_()
        made = torch.empty(len(x), 4, 8, 8)
        torch.add(y, x, out=made)
        result = torch.zeros(len(x), 8, 8, 8)
        result[:, :4] = made
        return result


class Scripted(nn.Module):
    """Children in TorchScript, compiled and traced."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        layers = (nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(True), nn.MaxPool2d(2))
        self.body = torch.jit.script(nn.Sequential(*layers))
        self.traced = torch.jit.trace(nn.Conv2d(3, 3, 1), torch.zeros(1, 3, 8, 8))
        self.fc = torch.jit.script(nn.Linear(64, 5))

    def forward(self, x):
        return self.fc(self.body(self.traced(x)).flatten(1))


def doubled(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return F.conv2d(x, weight) * 2


class ScriptedFunction(nn.Module):
    """A function in TorchScript."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.w, self.doubled = nn.Parameter(torch.randn(4, 3, 3, 3)), torch.jit.script(doubled)

    def forward(self, x):
        return torch.relu(self.doubled(x, self.w))


class Several(nn.Module):
    """Two inputs by position and by name, two outputs, one of them in a tuple."""

    input: ClassVar = {"image": (3, 16, 16), "depth": (1, 16, 16)}

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 3), nn.Conv2d(1, 4, 3)

    def forward(self, image, depth=None):
        x = self.one(image) + self.two(depth)
        return x, (x.flatten(1),)


class Rank1(nn.Module):
    """One axis."""

    input = (2, 20)

    def __init__(self):
        super().__init__()
        self.conv, self.pool = nn.Conv1d(2, 4, 5, dilation=2), nn.AvgPool1d(2)

    def forward(self, x):
        return self.pool(self.conv(x))


class Rank3(nn.Module):
    """Three axes."""

    input = (2, 6, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv, self.up = nn.Conv3d(2, 4, 3), nn.ConvTranspose3d(4, 2, 2, stride=2)

    def forward(self, x):
        return self.up(self.conv(x))


class Shortcut(nn.Module):
    """A residual sum whose shortcut is nn.Identity."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv, self.shortcut = nn.Conv2d(3, 3, 3, padding=1), nn.Identity()

    def forward(self, x):
        return F.relu(self.conv(x) + self.shortcut(x))


class Hooked(nn.Module):
    """A hook that changes what a layer gives."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.one, self.two, self.seen = nn.Conv2d(3, 4, 3), nn.Conv2d(8, 2, 3), []

        def twice(module, args, made):
            self.seen.append(made.shape)
            return torch.cat([made, made], 1)

        self.one.register_forward_hook(twice)

    def forward(self, x):
        return self.two(self.one(x))


@dataclass
class Detected:
    boxes: torch.Tensor
    scores: torch.Tensor


class Record(nn.Module):
    """A dataclass comes out."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.boxes, self.scores = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 2, 1)

    def forward(self, x):
        return Detected(self.boxes(x), F.softmax(self.scores(x), 1))


class Shuffled(nn.Module):
    """Channels parted, mixed and shuffled."""

    input = (4, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, x):
        one, two = x.chunk(2, dim=1)
        x = torch.cat([self.conv(one).relu_(), two], 1)
        batch, channels, height, width = x.shape
        x = x.view(batch, 2, channels // 2, height, width).transpose(1, 2).contiguous()
        return x.view(batch, -1, height, width)


class Generator(nn.Module):
    """Features that become an image."""

    input = (100,)

    def __init__(self):
        super().__init__()
        self.fc, self.up = nn.Linear(100, 8 * 4 * 4), nn.ConvTranspose2d(8, 3, 4, 2, 1)

    def forward(self, z):
        return torch.tanh(self.up(F.relu(self.fc(z).view(-1, 8, 4, 4))))


class Padded(nn.Module):
    """Padding of every kind inside a convolution, a factor for each channel, a softmax last."""

    input = (3, 8, 8)

    def __init__(self):
        super().__init__()
        self.mirror = nn.Conv2d(3, 4, 3, padding=1, padding_mode="reflect")
        self.around = nn.Conv2d(4, 4, 3, padding=1, padding_mode="circular")
        self.edge = nn.Conv2d(4, 4, 3, padding=1, padding_mode="replicate")
        self.even = nn.Conv2d(4, 4, (3, 4), padding="same")
        self.gamma = nn.Parameter(torch.ones(4, 1, 1))

    def forward(self, x):
        x = self.even(self.edge(self.around(self.mirror(x)) * self.gamma))
        return F.softmax(x.mean((2, 3)), dim=1)


class Attention(nn.Module):
    """Squeeze and excitation, and a map over the places."""

    input = (8, 10, 10)

    def __init__(self):
        super().__init__()
        self.squeeze, self.excite = nn.Linear(8, 2), nn.Linear(2, 8)
        self.map = nn.Conv2d(2, 1, 3, padding=1)

    def forward(self, x):
        batch, channels, _, _ = x.size()
        weights = self.excite(F.relu(self.squeeze(F.adaptive_avg_pool2d(x, 1).view(batch, -1))))
        x = x * torch.sigmoid(weights).view(batch, channels, 1, 1)
        both = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        return x * torch.sigmoid(self.map(both))


STYLES = {
    style.__name__: style
    for style in (
        *(Functional, Nested, OneList, Loops, Shared, Parametrised, Masks, Matrices, Deep),
        *(Checkpointed, Lazy, Custom, Recurrent, InPlace, Scripted, ScriptedFunction, Several),
        *(Rank1, Rank3, Shortcut, Hooked, Record, Shuffled, Generator, Padded, Attention),
    )
}
