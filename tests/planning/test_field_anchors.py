"""Cases on which tools disagree, each as a text and, where it is one, as somebody's own module."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import striate

INPUT = (1, 64, 64)


def last(network, size=INPUT):
    return striate.plan(network, input=size).rows[-1].field


class Residual(nn.Module):
    """h + relu(b(h)), then c(h) + d(h); the shortcut may be a module that does nothing."""

    def __init__(self, shortcut):
        super().__init__()
        self.a, self.b, self.c, self.d = (nn.Conv2d(1, 1, 3, padding=1) for _ in "abcd")
        self.shortcut = shortcut

    def forward(self, x):
        h = self.a(x)
        h = (h if self.shortcut is None else self.shortcut(h)) + F.relu(self.b(h))
        return self.c(h) + self.d(h)


class UNet(nn.Module):
    """One level down and up again, with functional pooling."""

    def __init__(self):
        super().__init__()
        self.down, self.bottom = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
        self.rise, self.head = nn.Upsample(scale_factor=2), nn.Conv2d(4, 1, 3, padding=1)

    def forward(self, x):
        e = self.down(x)
        low = self.bottom(F.max_pool2d(e, 2))
        return self.head(torch.cat([e, self.rise(low)], 1))


def test_conv3_relu_pool2_conv3():
    field = last("CONV 1 3 -> RELU -> POOL 2 -> CONV 1 3")
    assert (field.size, field.status) == ((8, 8), "exact")


@pytest.mark.parametrize("shortcut", [None, nn.Identity()], ids=["plain", "nn.Identity"])
def test_residual_sums(shortcut):
    text = "a: CONV 1 3 pad=1 -> { ID + b: CONV 1 3 pad=1 -> RELU } -> { CONV 1 3 + CONV 1 3 }"
    for network in (text, Residual(shortcut)):
        field = last(network)
        assert (field.size, field.status) == ((7, 7), "exact")


def test_a_u_net_with_functional_pooling_upsampling_and_concatenation():
    text = """e: CONV 2 3 pad=1 -> POOL 2 -> CONV 2 3 pad=1 -> UP 2
              { @e | ID } -> CONV 1 3 pad=1"""
    for network in (text, UNet()):
        field = last(network)
        assert (field.size, field.status) == ((10, 10), "exact")


def test_conv_k3_s2_p1_then_transposed_k4_s2_p1():
    module = nn.Sequential(
        nn.Conv2d(1, 1, 3, stride=2, padding=1), nn.ConvTranspose2d(1, 1, 4, stride=2, padding=1)
    )
    for network in ("CONV 1 3 stride=2 pad=1 -> DECONV 1 4 stride=2 pad=1", module):
        field = last(network)
        assert (field.size, field.status) == ((5, 5), "exact")


def test_grouped_and_dilated_average_pool_reflection_padding_conv():
    module = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.Conv2d(4, 4, 3, groups=4, dilation=2),
        nn.AvgPool2d(2),
        nn.ReflectionPad2d(1),
        nn.Conv2d(4, 1, 3),
    )
    text = """CONV 4 3 pad=1 -> CONV 4 3 groups=4 dilation=2 -> AVGPOOL 2
              PAD 1 mode=reflect -> CONV 1 3"""
    for network in (text, module):
        field = last(network)
        assert (field.size, field.status) == ((12, 12), "exact")


def test_conv1d_dilation_2_then_4():
    module = nn.Sequential(nn.Conv1d(1, 1, 3, dilation=2), nn.Conv1d(1, 1, 3, dilation=4))
    for network in ("CONV 1 3 dilation=2 -> CONV 1 3 dilation=4", module):
        field = last(network, (1, 64))
        assert (field.size, field.status) == ((13,), "exact")


def test_three_3x3_at_dilation_1_2_4():
    rows = striate.plan("CONV 1 3 -> CONV 1 3 dilation=2 -> CONV 1 3 dilation=4", input=INPUT).rows
    assert [row.field.size for row in rows] == [(3, 3), (7, 7), (15, 15)]


def test_branches_whose_centres_differ_are_told_by_name_with_both_centres():
    text = "{ a: CONV 1 3 stride=2 | b: POOL 2 stride=2 pad=1 -> c: CROP 31 }"
    notes = striate.plan(text, input=INPUT).rows[-1].notes
    assert "the branches are centred on different pixels: a at 1, 1 and c at 1.5, 1.5" in notes


def test_branches_whose_strides_differ_are_told_by_name_with_both_strides():
    text = "{ a: CONV 1 3 stride=2 pad=1 | b: CROP 32 }"
    row = striate.plan(text, input=INPUT).rows[-1]
    told = "the branches step differently: a by 2, 2 and b by 1, 1; they have no common field"
    assert told in row.notes
    assert row.status == "unknown"


def test_squeeze_and_excitation_sees_the_whole_input():
    class Gated(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.gate = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 1)

        def forward(self, x):
            x = self.conv(x)
            return x * torch.sigmoid(self.gate(F.adaptive_avg_pool2d(x, 1)))

    for network in ("CONV 4 3 pad=1 -> { ID + GAP -> CONV 4 1 -> UP to=64 }", Gated()):
        field = last(network)
        assert (field.size, field.stride, field.status) == ((64, 64), (0, 0), "whole input")
