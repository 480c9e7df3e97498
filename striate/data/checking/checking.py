"""Checking: what is wrong with a folder of images, before anything is learned from it.

Every file is decoded in full, by all processors; what was found out about its bytes is remembered
in the cache. Nothing is ever written into the folder.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from striate.data.checking.aligning import SIDE
from striate.data.checking.checkup import Checkup, Duplicates
from striate.data.checking.examining import Note, Verdict, examine, judge
from striate.data.checking.likeness import Thumbnails, alike
from striate.data.checking.verdicts import Verdicts
from striate.data.decoding import quiet
from striate.data.photos.remembering import UNREADABLE, contents
from striate.data.photos.working import in_turn
from striate.data.sources.fetching import cache_folder
from striate.data.sources.folders import SHAPE, Entry, explore
from striate.errors import DataError

Found = tuple[Entry, bytes, Verdict]
"""An image file, the SHA-256 of its bytes, and the verdict."""

RARE = 100
"""What one of so many pictures is, and the others are not, is worth a look."""


def check(root: str | Path, *, keep: bool = False) -> Checkup:
    """What is found in the class folders below `root`: problems, oddities, duplicates, counts.

    `keep` keeps placeholders, and the first frame of several. Raises DataError where `root` is no
    folder that can be read; what training would refuse is reported, not raised.

    >>> import tempfile
    >>> from PIL import Image
    >>> root = Path(tempfile.mkdtemp())
    >>> for label in ("ant", "bee"):
    ...     (root / label).mkdir()
    ...     Image.effect_noise((40, 30), 90).save(root / label / "1.png")
    >>> _ = (root / "bee" / "2.png").write_bytes(b"")
    >>> found = check(root)
    >>> found.classes, str(found.problems[0])
    ({'ant': 1, 'bee': 1}, 'bee/2.png: empty: the file is empty')
    """
    folder = Path(root).expanduser()
    if not folder.is_dir():
        raise DataError(f"{root} is not a folder", help=[SHAPE])
    survey = explore(folder, keep=keep)
    found = _examined(survey.entries, keep=keep)
    kept = [item for item in found if item[2].problem is None]
    counts = Counter((entry.split, entry.label) for entry, _, _ in kept)
    splits = {
        split: {label: counts[split, label] for label in labels}
        for split, labels in survey.classes.items()
    }
    placeholders = sum(problem.kind == "placeholder" for problem in survey.problems)
    return Checkup(
        root=str(root),
        images=len(survey.entries) + placeholders,
        splits=splits,
        problems=(*(v.problem for _, _, v in found if v.problem), *survey.problems),
        notes=(*(note for _, _, verdict in kept for note in verdict.notes), *_rarities(kept)),
        duplicates=(*_copies(kept), *_likenesses(kept)),
        refused=survey.refusal.message if survey.refusal else _too_few(splits),
    )


def _examined(entries: Sequence[Entry], *, keep: bool) -> list[Found]:
    """Every file with its verdict, in order."""
    hashes = contents(entries)
    with Verdicts(cache_folder() / "verdicts.sqlite") as verdicts, quiet():
        look = partial(_verdict, verdicts=verdicts, keep=keep)
        results = in_turn(look, list(zip(entries, hashes, strict=True)), "checking")
        return list(zip(entries, hashes, results, strict=True))


def _verdict(item: tuple[Entry, bytes], *, verdicts: Verdicts, keep: bool) -> Verdict:
    """The verdict on one file; files that are not known are decoded."""
    entry, content = item
    facts = None if content == UNREADABLE else verdicts.find(content, keep=keep)
    if facts is None:
        verdict = examine(entry.path, entry.file, keep=keep)
        if verdict.content:
            verdicts.add(verdict.content, verdict.facts, keep=keep)
        return verdict
    return judge(facts, entry.file, keep=keep)


def _rarities(kept: Sequence[Found]) -> list[Note]:
    """What few pictures are and the others are not: grey, in colour, of another format."""
    notes: list[Note] = []
    grey = [verdict.facts.grey for _, _, verdict in kept]
    if 0 < sum(grey) < len(grey):
        few = sum(grey) * 2 <= len(grey)
        kind = "grey among colour" if few else "colour among grey"
        detail = f"{min(sum(grey), len(grey) - sum(grey))} of {len(grey)} are"
        notes += [
            Note(entry.file, kind, detail)
            for (entry, _, _), is_grey in zip(kept, grey, strict=True)
            if is_grey == few
        ]
    formats = Counter(verdict.facts.format for _, _, verdict in kept)
    for entry, _, verdict in kept:
        if formats[verdict.facts.format] * RARE <= len(kept):
            usual = formats.most_common(1)[0][0]
            notes.append(
                Note(entry.file, "odd format", f"{verdict.facts.format}, not {usual} as the others")
            )
    return notes


def _copies(kept: Sequence[Found]) -> list[Duplicates]:
    """The groups of files that hold the same bytes."""
    groups: dict[bytes, list[Entry]] = {}
    for entry, content, _ in kept:
        if content != UNREADABLE:
            groups.setdefault(content, []).append(entry)
    return _ranked(_duplicates("same bytes", g) for g in groups.values() if len(g) > 1)


def _likenesses(kept: Sequence[Found]) -> list[Duplicates]:
    """The groups of pictures that are nearly the same; of copies, the first stands for all."""
    firsts = {content: item for item in reversed(kept) if (content := item[1]) != UNREADABLE}
    found = [item for item in kept if firsts.get(item[1]) is item and not _is_plain(item[2])]
    if len(found) < 2:
        return []
    levels = np.frombuffer(b"".join(v.facts.thumbnail for _, _, v in found), dtype=np.uint8)
    sides = torch.tensor([min(verdict.facts.size) for _, _, verdict in found])
    pairs = alike(Thumbnails(torch.from_numpy(levels.reshape(-1, SIDE, SIDE).copy()), sides))
    groups = [[found[place][0] for place in group] for group in _joined(pairs)]
    return _ranked(_duplicates("nearly the same", group) for group in groups)


def _is_plain(verdict: Verdict) -> bool:
    """Whether a picture shows nothing by which it could be told from others."""
    return len(set(verdict.facts.thumbnail)) < 8


def _joined(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The groups that pairs make, each in order.

    >>> _joined([(0, 3), (1, 2), (3, 5)])
    [[0, 3, 5], [1, 2]]
    """
    group: dict[int, list[int]] = {}
    for pair in pairs:
        one, other = (group.setdefault(place, [place]) for place in pair)
        if one is not other:
            one += other
            group.update(dict.fromkeys(other, one))
    return sorted({id(members): sorted(members) for members in group.values()}.values())


def _duplicates(kind: str, entries: Sequence[Entry]) -> Duplicates:
    """A group of files that show the same."""
    return Duplicates(
        kind,
        tuple(entry.file for entry in entries),
        across_classes=len({entry.label for entry in entries}) > 1,
        across_splits=len({entry.split for entry in entries}) > 1,
    )


def _ranked(groups: Iterable[Duplicates]) -> list[Duplicates]:
    """Groups, those first that matter most."""
    return sorted(groups, key=lambda group: -(2 * group.across_classes + group.across_splits))


def _too_few(splits: dict[str, dict[str, int]]) -> str | None:
    """Why training would refuse counts of images, where it would."""
    for split, counts in splits.items():
        for label, count in counts.items():
            if not count:
                return f"class {label!r} of {split} has no image that can be read"
    if len(splits.get("train", {})) == 1:
        return "it has one class only, and two are the fewest that can be told apart"
    needed = 1 if "val" in splits else 2 if "test" in splits else 3
    for label, count in splits.get("train", {}).items():
        if count < needed:
            return f"class {label!r} has too few images: {count}, and its splits need {needed}"
    return None
