"""Recognising: which network of the zoo has tensors of these names and shapes."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import prod

import torch

from striate.errors import StriateError
from striate.language import Tree
from striate.nn import build
from striate.planning import Settings, resolve
from striate.transfer.weights.fitting import COUNTERS, Shapes, best_fit, counted
from striate.transfer.weights.loaded import level
from striate.transfer.weights.mapping import read_maps
from striate.transfer.weights.record import Weights
from striate.zoo import entries, find, text

EXTRAS = ("aux", "optimizer", "criterion", "loss", "ema", "teacher", "mean/", "step")
"""What the names of things begin with that belong to a training and not to its network."""

ALIKE = 0.6
"""So great a share of the words in a text's labels has to be in the names."""

_LABEL = re.compile(r"([\w{}.]+):")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_ENDS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def is_extra(name: str) -> bool:
    """Whether a tensor was needed in training alone: auxiliary heads, an optimizer's memory.

    >>> is_extra("AuxLogits.fc.weight"), is_extra("fc.weight")
    (True, False)
    """
    return name.lower().startswith(EXTRAS) or name.endswith(COUNTERS)


def recognise(weights: Weights) -> str:
    """The name of the network that weights belong to; empty where the zoo has none such."""
    there = {name: tuple(tensor.shape) for name, tensor in weights.tensors.items()}
    for name in _likely(there, weights.network):
        here = _shapes_of(name)
        if _sizes(here) - Counter(map(prod, there.values())) or not here:
            continue
        fit = best_fit(here, there)
        unfit = {*fit.missing, *(key for key, _, _ in fit.reshaped)}
        if {level(key) for key in unfit} <= {_last(here)} and all(map(is_extra, fit.left)):
            return name
    return ""


def _last(here: Shapes) -> str:
    return level(counted(here)[-1])


def _sizes(here: Shapes) -> Counter[int]:
    """How many numbers there are in each tensor, but those of the last layer: no map alters it."""
    return Counter(prod(here[key]) for key in counted(here) if level(key) != _last(here))


def _likely(there: Shapes, told: str) -> Iterator[str]:
    """The networks whose labels have the words of these names; the one that is told first."""
    words = [_words(there, name) for name in read_maps()]
    names = sorted((entry.name for entry in entries()), key=lambda name: name != told)
    for name in names:
        labels = _labels(name)
        if any(one <= labels and len(one) >= ALIKE * len(labels) for one in words if one):
            yield name


@cache
def _labels(name: str) -> frozenset[str]:
    """The words in the labels of a network's text."""
    written = re.sub("#.*", "", text(name))
    labels = _LABEL.findall(written)
    return frozenset(word for label in labels for word in _WORD.findall(label))


def _words(there: Shapes, map: str) -> set[str]:
    """The words in names, under a map, that a text has to have as labels."""
    rename = read_maps()[map].key
    keys = [rename(name) for name in there if not is_extra(name)]
    levels = {name for key in keys for name in key.split(".") if name not in _ENDS}
    return {word for name in levels for word in _WORD.findall(name)}


@cache
def _shapes_of(name: str) -> Shapes:
    """The shapes of a network of the zoo as it was published, without making any numbers."""
    try:
        tree: Tree = find(name)
        with torch.device("meta"):
            model = build(resolve(tree, Settings()))
    except StriateError:
        return {}
    return {key: tuple(value.shape) for key, value in model.state_dict().items()}
