"""Sets of images that everybody knows by name: their files, checksums, and classes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from striate.data.collection import Split
from striate.data.sources.cifar import ARCHIVE, cifar_splits
from striate.data.sources.idx import idx_splits

DIGITS = tuple("0123456789")
CLOTHES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
THINGS = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)


@dataclass(frozen=True)
class Published:
    """A set by its name: its address, its files with their MD5 sums, and how they are read.

    `flip` and `shift` are the augmentation that is right for its images.
    """

    name: str
    address: str
    files: Mapping[str, str]
    read: Callable[[Path], dict[str, Split]]
    classes: tuple[str, ...]
    flip: bool
    shift: int


MNIST = Published(
    name="mnist",
    address="https://ossci-datasets.s3.amazonaws.com/mnist",
    files={
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
    read=idx_splits,
    classes=DIGITS,
    flip=False,
    shift=2,
)
FASHION_MNIST = Published(
    name="fashion-mnist",
    address="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    files={
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
    read=idx_splits,
    classes=CLOTHES,
    flip=True,
    shift=1,
)
CIFAR10 = Published(
    name="cifar10",
    address="https://www.cs.toronto.edu/~kriz",
    files={ARCHIVE: "c32a1d4ab5d03f1284b67883e8d87530"},
    read=cifar_splits,
    classes=THINGS,
    flip=True,
    shift=4,
)

PUBLISHED = {published.name: published for published in (MNIST, FASHION_MNIST, CIFAR10)}
