"""Weights that lie on this machine, and what can be told of them from where they lie.

A run folder has its best weights; model.safetensors has a config.json beside it, as repositories
of the hub have; a file of torchvision's is known by its name and checksum.
"""

from dataclasses import replace
from pathlib import Path

from striate.transfer.sources.cards import CARD, CONFIG, facts_of
from striate.transfer.sources.fetching import file_named
from striate.transfer.sources.hub import MODEL, known
from striate.transfer.sources.imagenet import imagenet_classes
from striate.transfer.sources.published import File
from striate.transfer.weights.files import read_weights
from striate.transfer.weights.record import Weights


def from_path(path: Path, source: str) -> Weights:
    """The weights in a file, a run folder, or a copy of a repository. Raises WeightsError."""
    file = path / MODEL if (path / MODEL).is_file() else path
    weights = read_weights(file, source=source)
    config, card = file.with_name(CONFIG), file.with_name(CARD)
    if file.name == MODEL and config.is_file():
        return known(weights, facts_of(config, card if card.is_file() else None))
    published = file_named(file.name)
    if published and weights.sha256.startswith(published.checksum):
        return _as_published(weights, published)
    return weights


def _as_published(weights: Weights, file: File) -> Weights:
    """Weights with what is known of the published file that they are."""
    return replace(
        weights,
        licence=file.licence,
        look=file.look,
        classes=imagenet_classes(),
        network=file.network,
    )
