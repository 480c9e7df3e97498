"""Judging: which images of a collection judge a network, and which files could not."""

from dataclasses import dataclass
from typing import Any

import torch

from striate.data.collection import Collection, Problem, Split
from striate.data.photos.collected import Photos
from striate.data.sources.addresses import named
from striate.errors import OptionError

ORDER = ("test", "val", "train")
"""Which split judges: the first of these that there is."""

ALL = "all"
REMARKS = {"train": ", from which it learned", "val": ", which chose its weights"}
UNCHOSEN = {"val": ", which chose nothing"}
"""The remark on images that had no weights to choose from, where no epoch was trained."""


@dataclass(frozen=True, eq=False)
class Judges:
    """The images that judge a network.

    `name` is that of their split, or "all"; `source` what they are from; `problems` are the files
    that were left out there; `own` says whether the network was trained on that very source;
    `notes` are sentences on how others were brought to what the network takes.
    """

    images: Split
    name: str
    source: str
    problems: tuple[Problem, ...]
    own: bool
    notes: tuple[str, ...] = ()
    chose: bool = True
    """Whether there were weights of several epochs for val to choose from."""

    @classmethod
    def of(
        cls,
        collection: Collection,
        split: str | None = None,
        *,
        own: bool = False,
        chose: bool = True,
    ) -> "Judges":
        """The split of that name, "all" of them as one, or test, val or train: the first there is.

        Raises OptionError where there is none of that name.
        """
        there = collection.splits
        known = split is None or split == ALL or split in there
        if not known:
            raise OptionError(
                f"{collection.name} has no split '{split}'",
                help=[f"it has {', '.join(there)}", "--split all takes every image"],
            )
        if len(there) == 1 and not own:
            split = ALL
        name = split or next(name for name in ORDER if name in there)
        images = together(list(there.values())) if name == ALL else there[name]
        notes = () if own else collection.notes
        return cls(images, name, named(collection.source), collection.problems, own, notes, chose)

    @property
    def sentence(self) -> str:
        """Who judged, in one sentence."""
        remarks = REMARKS if self.chose else REMARKS | UNCHOSEN
        remark = remarks.get(self.name, "") if self.own else ""
        if self.own and self.name == ALL:
            remark = ", among them those from which it learned"
        which = "all images" if self.name == ALL else self.name
        return f"Judged by {which} of {self.source}{remark}: {len(self.images)} images{self._rest}."

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "split": self.name,
            "source": self.source,
            "images": len(self.images),
            "left_out": [str(problem) for problem in self.problems],
            "notes": list(self.notes),
        }

    @property
    def _rest(self) -> str:
        """How many files were left out, and the first of them."""
        if not self.problems:
            return ""
        count, first = len(self.problems), self.problems[0]
        return f"; {count} file{'s' * (count != 1)} left out, the first: {first}"


def together(splits: list[Split]) -> Split:
    """Several splits as one, one after the other.

    >>> one = Split(torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.tensor([0, 1]), ("a", "b"))
    >>> together([one, one.select([1])]).files
    ('a', 'b', 'b')
    """
    if len(splits) == 1:
        return splits[0]
    photos = [split.images for split in splits if isinstance(split.images, Photos)]
    in_one_place = len(photos) == len(splits) and len({id(part.flat) for part in photos}) == 1
    return Split(
        Photos.joined(photos) if in_one_place else torch.cat([split.images[:] for split in splits]),
        torch.cat([split.labels for split in splits]),
        tuple(file for split in splits for file in split.files),
    )
