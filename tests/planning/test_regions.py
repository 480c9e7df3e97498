"""Regions and fields of whole networks against the support of the gradient.

Nets are drawn from all words in one to three axes, and are every network of the zoo and every
published one.
"""

from pathlib import Path
from random import Random

import pytest
from drawn import networks
from gradients import positive, run, thinned
from hypothesis import given
from hypothesis import strategies as st
from judged_fields import judge, judge_values

import striate
from striate.zoo import entries, text


@given(networks(), st.randoms(use_true_random=False))
def test_random_networks(drawn, chance):
    judge(striate.resolve(drawn.text), chance)


# ---------------------------------------------------------------- networks that people use

PUBLISHED = Path(__file__).parent.parent / "published"
FAMILIES = {
    "alexnet": (None, 195),
    "convnext_tiny": (None, 96),
    "densenet": ("densenet121", 64),
    "googlenet": (None, 112),
    "inception_v3": (None, 139),
    "mobilenet_v2": (None, 100),
    "resnet": ("resnet50", 127),
    "squeezenet": ("squeezenet1_0", 99),
    "unet": (None, 48),
    "vgg": ("vgg16", 96),
}


def judge_thin(network, chance):
    """The last node, and a dozen others."""
    x, values = run(positive(thinned(network)), (1, *network.input[1:]))
    judge_values(network, x, values, chance, every=len(values) // 12 or 1)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_the_zoo(entry):
    tree = striate.read(entry.name)
    size = None if "INPUT" in text(entry.name) else (3, 64, 64)
    judge_thin(striate.resolve(tree, input=size, classes=5), Random(5))


@pytest.mark.parametrize("name", FAMILIES)
def test_published_networks(name):
    definition, n = FAMILIES[name]
    tree = striate.read(PUBLISHED / f"{name}.cnn", network=definition)
    judge_thin(striate.resolve(tree, input=(3, n, n + 2), classes=5), Random(6))


def test_units_that_see_nothing():
    """A dilated window over a single place reads the padding beside it, and nothing else."""
    text = "INPUT 1x4x1 -> CONV 1 1x2 pad=0x1 dilation=1x2 -> FC 3"
    judge(striate.resolve(text), Random(1))
    plan = striate.plan(text)
    assert plan.region("0", (2, 0)).box is None
    assert plan.rows[-1].field.size == ()
