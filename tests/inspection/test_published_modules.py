"""The plan of a module is the plan of its text: one network, run and read.

Modules are those in plain torch beside this file, texts those of `../published`; totals are the
published ones. Rows are compared where both sides name one layer: wherever there are weights.
"""

from functools import cache

import pytest
import torch
from inspection.architectures import ARCHITECTURES
from published.test_published_networks import MODELS, tree

import striate
from striate.inspection import inspect
from striate.planning import plan


@cache
def module(name):
    with torch.device("meta"):
        model = ARCHITECTURES[name]()
    return plan(inspect(model, tuple(MODELS[name]["input"])))


@cache
def text(name):
    return striate.plan(tree(name), classes=1000)


def pairs(name):
    """The rows of text and module that have weights and one path."""
    rows = {row.path: row for row in module(name).rows}
    weighty = [row for row in text(name).rows if row.parameters.value]
    assert {row.path for row in weighty} <= rows.keys()
    return [(row, rows[row.path]) for row in weighty]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_totals_are_the_published_ones(name):
    totals = module(name).totals
    assert totals["parameters"].value == MODELS[name]["parameters"]
    assert totals["products"].value == MODELS[name]["products"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_rows_are_those_of_the_text(name):
    for written, found in pairs(name):
        assert found.word == written.word
        assert found.size == written.size, found.path
        for count in ("parameters", "products", "additions", "bytes"):
            assert getattr(found, count).value == getattr(written, count).value, found.path
        assert found.field.as_dict() == written.field.as_dict(), found.path
        assert found.field.status == written.field.status, found.path


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_last_sizes_are_the_logits(name):
    assert module(name).rows[-1].size == text(name).rows[-1].size == (1000,)


def test_resnet50_of_torchvision_sees_427_pixels_in_steps_of_32():
    """Its stride sits in the 3x3 convolution; where the paper put it, it is 483."""
    field = module("resnet50").row("layer4.2.conv3").field.as_dict()
    assert field == {"size": [427, 427], "stride": [32, 32], "offset": [0.0, 0.0]}


def test_that_field_reaches_213_pixels_before_the_first():
    """A field of 427/32/213, as tables of known networks give it: centre = -213 + (427 - 1)/2."""
    field = module("resnet50").row("layer4.2.conv3").field
    assert [axis.of(0) for axis in field.axes] == [(-213, 213), (-213, 213)]
