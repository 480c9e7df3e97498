"""Random convolutions of every kind: connections, tiles, borders and biases in 1 to 3 axes.

Their judge is torch in float64: its own convolution of a dense kernel where one kernel is shared,
else a sum over the windows that torch cuts out. The numbers drawn are small whole ones, so that
every sum is exact and equal means equal.
"""

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
import torch
from drawn import walked
from hypothesis import settings
from hypothesis import strategies as st
from torch.nn import functional as F

from striate.reference import Sweep, convolve

CONVOLUTIONS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MODES = {"zeros": "constant", "edge": "replicate", "reflect": "reflect", "circular": "circular"}
KINDS = ("shared", "tiled", "unshared")
MANY = settings(max_examples=4 * settings.default.max_examples)


@dataclass(frozen=True)
class Case:
    """The operands of a convolution, and a gradient that arrives at its maps."""

    images: np.ndarray
    kernels: np.ndarray
    bias: np.ndarray | None
    groups: int | tuple[tuple[int, ...], ...]
    sweep: Sweep
    upstream: np.ndarray

    @property
    def rank(self):
        return self.images.ndim - 2

    @property
    def size(self):
        return self.images.shape[2:]

    @property
    def kernel(self):
        return self.kernels.shape[-self.rank :]

    @property
    def places(self):
        return self.upstream.shape[2:]

    @property
    def pairs(self):
        """The filter and the channel that each kernel joins."""
        if not isinstance(self.groups, int):
            return [(one, seen) for one, row in enumerate(self.groups) for seen in row]
        every = np.ndindex(self.upstream.shape[1], self.images.shape[1])
        return [pair for pair in every if self.run(0, pair[0]) == self.run(1, pair[1])]

    def run(self, side, number):
        """Which of the equal runs a filter (side 0) or a channel (side 1) is in."""
        count = (self.upstream, self.images)[side].shape[1]
        return number * self.groups // count

    @property
    def products(self):
        batch, _, *places = self.upstream.shape
        return batch * prod(places) * len(self.pairs) * prod(self.kernel)

    def worked(self):
        return convolve(self.images, self.kernels, self.sweep, bias=self.bias, groups=self.groups)

    def tensors(self):
        """Images, kernels and bias, for autograd."""
        given = (self.images, self.kernels, self.bias)
        return [one if one is None else torch.tensor(one, requires_grad=True) for one in given]

    def judged(self, images, kernels, bias):
        """The maps, by torch."""
        shape = kernels.shape[-2 * self.rank :] if self.laid else self.kernel
        dense = torch.zeros(self.upstream.shape[1], self.images.shape[1], *shape).double()
        pairs = tuple(torch.tensor(self.pairs, dtype=torch.long).reshape(-1, 2).T)
        dense = dense.index_put(pairs, kernels.reshape(len(self.pairs), *shape), accumulate=True)
        sides = [side for pair in reversed(self.sweep.padding) for side in pair]
        padded = F.pad(images, sides, MODES[self.sweep.border])
        if self.laid:
            maps = self.windows(padded, self.repeated(dense))
        else:
            how = {"stride": self.sweep.stride, "dilation": self.sweep.dilation}
            maps = CONVOLUTIONS[self.rank](padded, dense, **how)
        if bias is None:
            return maps
        return maps + (self.repeated(bias) if bias.ndim > 1 else bias.view(-1, *(1,) * self.rank))

    @property
    def laid(self):
        """Whether there are kernels for tiles or places."""
        return self.kernels.ndim > self.rank + (2 if isinstance(self.groups, int) else 1)

    def repeated(self, tiled):
        """Tiles (filter, [channel,] *tiles, ...) laid out over all places."""
        first = 1 if tiled.ndim == 1 + self.rank else 2
        for axis, places in enumerate(self.places, start=first):
            times = -(-places // tiled.shape[axis])
            tiled = torch.cat([tiled] * times, dim=axis).narrow(axis, 0, places)
        return tiled

    def windows(self, padded, kernels):
        """The sum over every window of the image, cut out by torch."""
        sweep = self.sweep
        for axis, size in enumerate(self.kernel):
            span = (size - 1) * sweep.dilation[axis] + 1
            padded = padded.unfold(2 + axis, span, sweep.stride[axis])[..., :: sweep.dilation[axis]]
        letters = "pqr"[: self.rank], "xyz"[: self.rank]
        return torch.einsum("bc{0}{1},fc{0}{1}->bf{0}".format(*letters), padded, kernels)


@st.composite
def cases(draw, *, kinds=KINDS, borders=tuple(MODES), tables=(False, True)):
    """Any convolution that fits together, with a gradient for its maps."""

    def each(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(rank))

    rank, kind, restricted = draw(st.sampled_from([*product((1, 2, 3), kinds, tables)]))
    kernel, stride, dilation = each(1, 3), each(1, 3), each(1, 2)
    border = draw(st.sampled_from(borders))
    pads = tuple(zip(each(0, 2), each(0, 2), strict=True))
    widest = {"reflect": 2, "circular": 1}.get(border, 0)  # torch's copies end with the image
    least = [
        max(1, widest and widest - 1 + max(pair), 1 + (k - 1) * d - sum(pair))
        for k, d, pair in zip(kernel, dilation, pads, strict=True)
    ]
    size = [smallest + extra for smallest, extra in zip(least, each(0, 3), strict=True)]
    places = tuple(map(walked, size, kernel, stride, pads, dilation))
    some = tuple(draw(st.integers(1, most)) for most in places)
    tiles = {"shared": (), "tiled": some, "unshared": places}[kind]
    batch, filters, channels = (draw(st.integers(1, 2)) for _ in range(3))
    if restricted:
        row = st.lists(st.integers(0, channels), unique=True).map(tuple)
        groups = tuple(draw(st.lists(row, min_size=1, max_size=3)))
        channels, filters = channels + 1, len(groups)
        joined = (sum(map(len, groups)),)
    else:
        groups = draw(st.integers(1, 2))
        joined = (groups * filters, channels)
        filters, channels = groups * filters, groups * channels
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def drawn(*shape):
        return numbers.integers(-9, 10, shape).astype(np.float64)

    biases = draw(st.sampled_from([None, (), tiles, places]))
    return Case(
        images=drawn(batch, channels, *size),
        kernels=drawn(*joined, *tiles, *kernel),
        bias=None if biases is None else drawn(filters, *biases),
        groups=groups,
        sweep=Sweep(stride, pads, dilation, border),
        upstream=drawn(batch, filters, *places),
    )


def same(worked, expected):
    """The values that were worked out are torch's, number for number."""
    np.testing.assert_array_equal(worked.values, expected.detach().numpy(), strict=True)
