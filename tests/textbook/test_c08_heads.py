"""C8: flatten, fully connected, softmax, dropout."""

import numpy as np
import torch

import striate
from striate.reference import convolve


def test_flatten_reads_channel_by_channel_and_row_by_row():
    x = torch.arange(12.0).reshape(1, 2, 2, 3)
    assert striate.build("INPUT 2x2x3 -> FLATTEN")(x).tolist() == [[*range(12)]]


def test_fully_connected_is_a_convolution_whose_kernel_is_the_image():
    torch.manual_seed(0)
    net = striate.build("INPUT 2x3x4 -> fc: FC 5").double()
    x = torch.randn(1, 2, 3, 4, dtype=torch.float64)
    weight, bias = (one.detach().numpy() for one in (net.fc.weight, net.fc.bias))
    whole = convolve(x.numpy(), weight.reshape(5, 2, 3, 4), bias=bias)
    np.testing.assert_allclose(net(x).detach().numpy(), whole.values[..., 0, 0], rtol=1e-12)
    plan = striate.plan("INPUT 2x3x4 -> FC 5")
    assert plan.rows[-1].products.value == whole.products == 5 * 24


def test_softmax_marks_the_head_and_a_net_gives_logits():
    text = "INPUT 1x2x2 -> FC 3 -> SOFTMAX"
    assert striate.plan(text).network.softmax
    logits = striate.build(text)(torch.ones(1, 1, 2, 2))
    assert not torch.allclose(logits.sum(), torch.ones(()))
    assert torch.allclose(logits.softmax(1).sum(), torch.ones(()))


def test_dropout_drops_in_training_only_and_keeps_the_mean():
    torch.manual_seed(0)
    net, x = striate.build("INPUT 1x100x100 -> DROPOUT 0.2"), torch.ones(1, 1, 100, 100)
    assert net.eval()(x).equal(x)
    dropped = net.train()(x)
    assert {*dropped.unique().tolist()} == {0.0, 1.25}
    assert 1900 < (dropped == 0).sum() < 2100
