"""ImageNet's 1,000 classes, in the order in which networks name them."""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("imagenet.tsv")


def imagenet_classes() -> tuple[str, ...]:
    """The names of the 1,000 classes of ILSVRC 2012, each different from the others.

    >>> names = imagenet_classes()
    >>> names[0], names[134], names[517], len(set(names))
    ('tench', 'crane bird', 'crane', 1000)
    """
    return tuple(name for _, name in _rows())


def imagenet_wnids() -> tuple[str, ...]:
    """The WordNet ids of the same classes, which are their order.

    >>> imagenet_wnids()[:2]
    ('n01440764', 'n01443537')
    """
    return tuple(wnid for wnid, _ in _rows())


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    """(WordNet id, name) of each class."""
    rows: list[tuple[str, str]] = []
    for line in _FILE.read_text("utf-8").splitlines():
        wnid, tab, name = line.partition("\t")
        if tab:
            rows.append((wnid, name))
    return tuple(rows)
