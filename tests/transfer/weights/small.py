"""A small network with drawn numbers, and its tensors as somebody's weights."""

from pathlib import Path

import torch
from torch import nn

from striate.transfer.weights.record import Weights


def weights_of(tensors, **more):
    return Weights(dict(tensors), "FILE", Path("FILE"), "", **more)


def network(classes=3, channels=4, grey=False):
    """A small network, its parameters drawn: body.0, body.1 (a norm), head."""
    body = nn.Sequential(
        nn.Conv2d(1 if grey else 3, channels, 3), nn.BatchNorm2d(channels), nn.ReLU()
    )
    model = nn.Sequential()
    model.add_module("body", body)
    model.add_module("pool", nn.AdaptiveAvgPool2d(1))
    model.add_module("flat", nn.Flatten())
    model.add_module("head", nn.Linear(channels, classes))
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape))
    return model


def kept(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(found, wanted):
    return all(torch.equal(found[name], wanted[name]) for name in wanted)
