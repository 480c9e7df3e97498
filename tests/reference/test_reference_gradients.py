"""The sums that go back, and the matrix that holds both ways, are checked against torch's autograd.

The gradient of torch's convolution for its image is the judge of the transposed convolution too.
"""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from reference.layers import MANY, cases, same
from torch.nn import functional as F

from striate.reference import Sweep, convolve, gradients, matrix, transpose

TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


@MANY
@given(cases())
def test_gradients_are_torchs(case):
    operands = case.tensors()
    maps, given = case.judged(*operands), [one for one in operands if one is not None]
    expected = torch.autograd.grad(maps, given, torch.tensor(case.upstream))
    options = {"bias": case.bias, "groups": case.groups}
    grown = gradients(case.upstream, case.images, case.kernels, case.sweep, **options)
    same(grown.image, expected[0])
    same(grown.kernels, expected[1])
    assert grown.image.products == grown.kernels.products == case.products
    assert (grown.bias is None) == (case.bias is None)
    if grown.bias is not None:
        same(grown.bias, expected[2])
        assert grown.bias.products == 0


@MANY
@given(cases())
def test_transpose_is_the_gradient_of_torchs_convolution_for_its_image(case):
    images, kernels, _ = case.tensors()
    maps = case.judged(images, kernels, None)
    (expected,) = torch.autograd.grad(maps, images, torch.tensor(case.upstream))
    named = max((channel for _, channel in case.pairs), default=-1) + 1
    found = transpose(case.upstream, case.kernels, case.sweep, size=case.size, groups=case.groups)
    same(found, expected[:, :named])
    assert not expected[:, named:].any()
    assert found.products == case.products


@given(cases(kinds=("shared",)))
def test_transpose_is_torchs_transposed_convolution(case):
    assume(isinstance(case.groups, int) and case.sweep.border == "zeros")
    sweep = case.sweep
    whole = TRANSPOSED[case.rank](
        *(torch.tensor(case.upstream), torch.tensor(case.kernels), None, sweep.stride),
        groups=case.groups,
        dilation=sweep.dilation,
    )
    ends = [
        (0, before + n - end)
        for (before, _), n, end in zip(sweep.padding, case.size, whole.shape[2:], strict=True)
    ]
    whole = F.pad(whole, [side for pair in reversed(ends) for side in pair])
    for axis, (before, _) in enumerate(sweep.padding, start=2):
        whole = whole.narrow(axis, before, case.size[axis - 2])
    found = transpose(case.upstream, case.kernels, sweep, size=case.size, groups=case.groups)
    same(found, whole)


@MANY
@given(cases())
def test_the_matrix_is_the_convolution_and_turned_over_its_transpose(case):
    named = max((channel for _, channel in case.pairs), default=-1) + 1
    values = matrix(case.kernels, case.sweep, size=case.size, groups=case.groups)
    options = {"groups": case.groups}
    maps = convolve(case.images, case.kernels, case.sweep, **options).values
    back = transpose(case.upstream, case.kernels, case.sweep, size=case.size, **options).values
    batch = len(maps)
    flat = case.images[:, :named].reshape(batch, values.shape[1])
    np.testing.assert_array_equal(flat @ values.T, maps.reshape(batch, values.shape[0]))
    flat = case.upstream.reshape(batch, values.shape[0])
    np.testing.assert_array_equal(flat @ values, back.reshape(batch, values.shape[1]))


@given(cases())
def test_the_gradients_of_a_batch_add_up(case):
    options = {"bias": case.bias, "groups": case.groups}
    together = gradients(case.upstream, case.images, case.kernels, case.sweep, **options)
    alone = [
        gradients(*pair, case.kernels, case.sweep, **options)
        for pair in zip(case.upstream, case.images, strict=True)
    ]
    np.testing.assert_array_equal(
        together.image.values, np.stack([one.image.values for one in alone])
    )
    for found in ("kernels", "bias"):
        if getattr(together, found) is not None:
            summed = sum(getattr(one, found).values for one in alone)
            np.testing.assert_array_equal(getattr(together, found).values, summed)


def test_every_other_size_that_gives_the_maps_gives_another_image():
    kernels, sweep = np.ones((1, 1, 3)), Sweep(stride=(3,))
    images = [transpose([[1, 2]], kernels, sweep, size=(n,)).values for n in (6, 7, 8)]
    assert [image.tolist() for image in images] == [
        [[1, 1, 1, 2, 2, 2]],
        [[1, 1, 1, 2, 2, 2, 0]],
        [[1, 1, 1, 2, 2, 2, 0, 0]],
    ]
    for n in (5, 9):
        with pytest.raises(ValueError, match=r"maps \(1, 2\) do not stand for 1 filters at"):
            transpose([[1, 2]], kernels, sweep, size=(n,))
