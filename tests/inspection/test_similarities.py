"""Functions that compare two values: which units they read, and that nothing is left uncounted.

Worked out by hand: two convolutions see 3x3 pixels, features made of them see the whole input.
"""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import striate


class Compared(nn.Module):
    """Two convolutions of one image, and what a test makes of them."""

    def __init__(self, compare):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3)
        self.compare = compare

    def forward(self, x):
        return self.compare(self.a(x), self.b(x))


COMPARISONS = {
    "larger": (torch.max, (3, 3)),
    "smaller": (torch.min, (3, 3)),
    "alike": (F.cosine_similarity, (3, 3)),
    "normed": (lambda a, b: F.normalize(a) * F.normalize(b), (3, 3)),
    "largest": (lambda a, b: a.max(), (8, 8)),
    "features alike": (lambda a, b: F.cosine_similarity(a.flatten(1), b.flatten(1)), (8, 8)),
    "apart": (lambda a, b: F.pairwise_distance(a.flatten(1), b.flatten(1)), (8, 8)),
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_what_is_compared(name):
    compare, field = COMPARISONS[name]
    made = striate.plan(Compared(compare), input=(3, 8, 8))
    last = made.rows[-1]
    assert last.field.size == field
    assert last.status == ("exact" if field == (3, 3) else "whole input")
    products = made.totals["products"]
    assert (products.value, products.status) == (2 * 27 * 8 * 36, "exact")
