"""Images on disk as labelled bytes in memory, ready to be learned from."""

from striate.data.augmentation import Augmentation, augment
from striate.data.chance import order, uniform
from striate.data.collection import Collection, Problem, Row, Split
from striate.data.images import read_image
from striate.data.sources import NAMES, open_images, open_labelled
from striate.data.splitting import read_manifest, write_manifest

__all__ = [
    "NAMES",
    "Augmentation",
    "Collection",
    "Problem",
    "Row",
    "Split",
    "augment",
    "open_images",
    "open_labelled",
    "order",
    "read_image",
    "read_manifest",
    "uniform",
    "write_manifest",
]
