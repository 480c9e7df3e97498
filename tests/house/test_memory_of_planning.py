"""Planning takes no memory for weights: a network of 575 MB of them is planned in under 60 MB.

The figure is that of a whole fresh process, Python and all; and the check can fail.
"""

import sys

import pytest
from house.peaks import VGG19, peak_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows counts otherwise")

MOST = 60e6


def test_planning_140_million_parameters_from_text():
    assert peak_of(VGG19) < MOST


def test_with_the_table_every_working_and_the_memory_of_training():
    assert peak_of(f"{VGG19}str(made), made.explain(), made.memory(32)") < MOST


@pytest.mark.parametrize("more", ["weights = bytearray(b'1') * 60_000_000", "import torch"])
def test_more_would_be_seen(more):
    assert peak_of(more) > MOST
