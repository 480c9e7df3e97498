"""Images whose parts have their place: digits, pairs of digits, clothes."""

from dataclasses import dataclass, replace

import torch

from striate.data import Collection, Split, open_images, order

PAIRS = "left of two digits"


@dataclass(frozen=True)
class Job:
    """What is learned: images of a set, how many of them, and the pooling that suits their size."""

    name: str
    source: str
    count: int
    pool: int

    def images(self, seed: int) -> Collection:
        """Training images drawn by the seed, a few to look at on the way, all test images."""
        whole = open_images(self.source, seed=seed)
        if self.name == PAIRS:
            whole = _paired(whole, seed)
        train, val = whole.splits["train"], whole.splits["val"]
        drawn = train.select(order(seed, 0, len(train))[: self.count])
        return replace(whole, splits={**whole.splits, "train": drawn, "val": val.select(range(50))})


JOBS = (
    Job("digits", "digits", 200, 2),
    Job("digits", "digits", 1257, 2),
    Job(PAIRS, "digits", 5028, 2),
    Job("clothes", "fashion-mnist", 500, 4),
    Job("clothes", "fashion-mnist", 5000, 4),
)


def _paired(digits: Collection, seed: int) -> Collection:
    """Every digit four times, each time with another to its right; the left one is the label.

    Eight empty columns before, between and behind them: no window sees both digits, or a digit and
    a border, so that the sum over all places of what a shared network sees stays the same when the
    two change places.
    """
    splits: dict[str, Split] = {}
    for name, split in digits.splits.items():
        left = split.select([place for place in range(len(split)) for _ in range(4)])
        right = split.images[torch.from_numpy(order(seed, 1, len(left)) % len(split))]
        blank = torch.zeros_like(right)
        splits[name] = replace(left, images=torch.cat([blank, left.images, blank, right, blank], 3))
    return replace(digits, splits=splits)
