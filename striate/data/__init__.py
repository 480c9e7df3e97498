"""Images on disk as labelled bytes in memory, ready to be learned from."""

from striate.data.augmentation.views import Augmentation, augment
from striate.data.chance import order, uniform
from striate.data.checking.checking import check
from striate.data.checking.checkup import Checkup, Duplicates
from striate.data.checking.examining import Facts, Note, Verdict, examine
from striate.data.collection import Collection, Problem, Row, Split
from striate.data.judging import Judges
from striate.data.look import Look
from striate.data.reading import read_image
from striate.data.sources.addresses import Address, Source, address, named
from striate.data.sources.arrays import MEMORY
from striate.data.sources.given import given_images, is_images
from striate.data.sources.known import NAMES
from striate.data.sources.opening import open_images, open_labelled
from striate.data.sources.sharding import Shards, write_shards
from striate.data.splitting import read_manifest, write_manifest
from striate.data.telling import data_json

__all__ = [
    "MEMORY",
    "NAMES",
    "Address",
    "Augmentation",
    "Checkup",
    "Collection",
    "Duplicates",
    "Facts",
    "Judges",
    "Look",
    "Note",
    "Problem",
    "Row",
    "Shards",
    "Source",
    "Split",
    "Verdict",
    "address",
    "augment",
    "check",
    "data_json",
    "examine",
    "given_images",
    "is_images",
    "named",
    "open_images",
    "open_labelled",
    "order",
    "read_image",
    "read_manifest",
    "uniform",
    "write_manifest",
    "write_shards",
]
