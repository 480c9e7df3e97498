"""A module as far as it can be followed; where that is not to its end, the row that fails says why.

What the command line and the library show of a module that cannot run is made here.
"""

from collections.abc import Callable
from dataclasses import replace

from torch import nn

from striate.inspection.diagnosis.construction import diagnose_making
from striate.inspection.diagnosis.diagnosing import Diagnosis, diagnose
from striate.inspection.inspecting import Given, examine
from striate.language import layers as L
from striate.language.network import Network


def follow(module: nn.Module, input: Given, *, name: str | None = None) -> Network:
    """The network of a module; of one that fails up to there, with the error that tells of it.

    >>> module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))
    >>> made = follow(module, (3, 9, 9))
    >>> print(made.nodes[-1].path, made.error)
    1 1: 8 channels arrive (8x7x7 from 0), 4 are expected
      help: in_channels=8 in 1 gives 8x5x5
      help: out_channels=4 in 0 gives 8x5x5
    """
    inspection = examine(module, input, name=name)
    if inspection.trouble is None:
        return inspection.network
    return _told(inspection.network, diagnose(module, input, inspection))


def _told(network: Network, diagnosis: Diagnosis) -> Network:
    """The same network, its last row told by the cause."""
    *nodes, last = network.nodes
    if isinstance(last.layer, L.Operation) and last.layer.reason:
        last = replace(last, layer=replace(last.layer, reason=diagnosis.cause))
    return replace(network, nodes=(*nodes, last), error=diagnosis.error())


def make_or_diagnose(make: Callable[[], nn.Module], input: Given) -> nn.Module:
    """What `make` gives; a ShapeError with fixes where a layer of torch refuses its numbers.

    >>> make_or_diagnose(lambda: nn.Sequential(nn.Conv2d(15, 16, 3, groups=3)), (15, 9, 9))
    Traceback (most recent call last):
    striate.errors.ShapeError: Conv2d (...): 16 filters do not fall into 3 groups
      help: groups=1 in Conv2d gives 16x7x7
      help: out_channels=18 in Conv2d gives 18x7x7
    """
    try:
        return make()
    except Exception as error:
        diagnosis = diagnose_making(make, input, error)
        if diagnosis is None:
            raise
        raise diagnosis.error() from error
