"""Probing: a last layer that is linear is fitted on the features, without a training loop."""

from striate.transfer.probing.fitting import Probed, probe
from striate.transfer.probing.layer import find_last

__all__ = ["Probed", "find_last", "probe"]
