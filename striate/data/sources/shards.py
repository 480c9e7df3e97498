"""Shards: WebDataset's tar files, read where they lie.

Members whose names are alike up to the first dot belong together: 0012.jpg is an image, 0012.cls
the number of its class, 0012.txt its name, or 0012.json has it as "label". A file classes.json
beside the shards, a list of names, says what the numbers mean. Shards whose names begin with
train, val or test are those splits. Nothing is unpacked: an image is a place in a file.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from striate.data.collection import Collection, Problem
from striate.data.decoding import SUFFIXES
from striate.data.sources.braces import expand
from striate.data.sources.folders import PARTS, Entry
from striate.data.sources.listing import listed
from striate.data.sources.loading import Shape, load_files
from striate.data.sources.tar import Member, members
from striate.errors import DataError

CLASSES = "classes.json"
SHARDS = "shards are named like 'data-{000..063}.tar', or by the folder that they are in"
MEMBERS = "members are KEY.jpg (or png, ...) with KEY.cls, KEY.txt, or KEY.json with a label"
LONGEST = 1 << 20
"""The most bytes that a label is read from."""

_PART = re.compile(rf"({'|'.join(PARTS)})(?![a-z])", re.IGNORECASE)


@dataclass(eq=False)
class Sample:
    """The members of one key, by the endings of their names."""

    shard: Path
    key: str
    members: dict[str, Member] = field(default_factory=dict[str, Member])


def holds_shards(folder: Path) -> bool:
    """Whether a folder has shards in it, and no folders."""
    try:
        inside = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:  # who surveys it will say why
        return False
    return any(path.suffix.lower() == ".tar" for path in inside) and not any(
        path.is_dir() for path in inside
    )


def shard_collection(pattern: Path, sides: Shape | None = None) -> Collection:
    """The collection in the shards that a pattern, or a folder, stands for.

    What is damaged is left out and named. Raises DataError where there are no shards, or a class
    has no image that can be read.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    shards, missing = find_shards(pattern)
    names = class_names(shards[0].parent)
    splits = splits_of(shards)
    for shard in shards:
        found, wrong = samples_in(shard)
        problems += wrong
        for sample in found:
            item = _entry(sample, splits[shard], names)
            (problems if isinstance(item, Problem) else entries).append(item)  # pyright: ignore
    survey = listed(entries, [*missing, *problems], str(pattern), help=[SHARDS, MEMBERS])
    name = re.sub(r"\{.*\}|[*?]", "", pattern.stem).strip("-_.") or "shards"
    return replace(load_files(survey, pattern, sides), name=name)


def find_shards(pattern: Path) -> tuple[list[Path], list[Problem]]:
    """The shards that are there, in order, and those that are missing. Raises DataError."""
    if pattern.is_dir():
        found = sorted(path for path in pattern.iterdir() if path.suffix.lower() == ".tar")
        return found, []
    paths = [Path(name) for name in expand(str(pattern))] if not pattern.is_file() else [pattern]
    found: list[Path] = []
    missing: list[Problem] = []
    for path in paths:
        starred = any(star in path.name for star in "*?[") and not path.is_file()
        here = sorted(path.parent.glob(path.name)) if starred else [path]
        there = [one for one in here if one.is_file()]
        found += there
        if not there:
            missing.append(Problem(path.name, "missing", f"there is no shard {path}"))
    if not found:
        raise DataError(f"there is no shard {pattern}", help=[SHARDS])
    return list(dict.fromkeys(found)), missing


def splits_of(shards: Sequence[Path]) -> dict[Path, str]:
    """The split of each shard, by its name; those of one split only are a flat set."""
    matches = {shard: _PART.match(shard.name) for shard in shards}
    splits = {
        shard: PARTS[match[1].lower()] if match else "train" for shard, match in matches.items()
    }
    return splits if "train" in splits.values() else _flat(splits)


def samples_in(shard: Path) -> tuple[list[Sample], list[Problem]]:
    """The samples of a shard, in order, and what is wrong with it."""
    samples: dict[str, Sample] = {}
    problems: list[Problem] = []
    for member in members(shard):
        if isinstance(member, Problem):
            problems.append(member)
            continue
        folder, _, name = member.name.rpartition("/")
        stem, _, ending = name.partition(".")
        if not stem or stem.startswith("__"):  # what systems hide in archives
            continue
        key = f"{folder}/{stem}" if folder else stem
        sample = samples.setdefault(key, Sample(shard, key))
        if ending.lower() in sample.members:
            problems.append(Problem(_file(shard, member.name), "named twice", "the first is used"))
        sample.members.setdefault(ending.lower(), member)
    return list(samples.values()), problems


def class_names(folder: Path) -> list[str] | None:
    """The names of the classes, if classes.json says them. Raises DataError where it is none."""
    path = folder / CLASSES
    if not path.is_file():
        return None
    try:
        names: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}", help=["remove it"]) from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataError(f"{path} is no list of names", help=['["ant", "bee"] names two classes'])
    return names


def _entry(sample: Sample, split: str, names: Sequence[str] | None) -> Entry | Problem:
    """Where the image of a sample is, and what it shows; or why that cannot be told."""
    images = [ending for ending in sample.members if _is_image(ending)]
    if not images:
        found = ", ".join(sorted(sample.members))
        return Problem(_file(sample.shard, sample.key), "no image", f"there is {found}")
    image = sample.members[min(images, key=len)]
    file = _file(sample.shard, image.name)
    try:
        label = _label(sample, names)
    except (OSError, ValueError, LookupError, TypeError) as error:
        return Problem(file, "no label", str(error))
    return Entry(sample.shard, file, split, label, image.start, image.length)


def _label(sample: Sample, names: Sequence[str] | None) -> str:
    """The name of the class of a sample. Raises ValueError and others where it has none."""
    if "cls" in sample.members:
        return _named(int(_text(sample, "cls")), names)
    if "json" in sample.members:
        facts = json.loads(_text(sample, "json"))
        label = facts.get("label") if isinstance(facts, dict) else None
        if isinstance(label, int) and not isinstance(label, bool):
            return _named(label, names)
        if not isinstance(label, str) or not label:
            raise ValueError(f"{sample.key}.json has no label")
        return label
    if "txt" in sample.members:
        label = _text(sample, "txt").strip()
        if label:
            return label
    raise ValueError(f"there is no {sample.key}.cls, .txt or .json with a label")


def _named(number: int, names: Sequence[str] | None) -> str:
    """The name of a class by its number."""
    if names is None:
        return str(number)
    if not 0 <= number < len(names):
        raise ValueError(f"{CLASSES} has {len(names)} names, from 0 on, and none for {number}")
    return names[number]


def _text(sample: Sample, ending: str) -> str:
    """A short member as text."""
    member = sample.members[ending]
    if member.length > LONGEST:
        raise ValueError(f"{member.name} has {member.length} bytes")
    with sample.shard.open("rb") as file:
        file.seek(member.start)
        return file.read(member.length).decode("utf-8")


def _is_image(ending: str) -> bool:
    """Whether a member is an image, by the ending of its name."""
    return f".{ending.rpartition('.')[2]}" in SUFFIXES


def _file(shard: Path, name: str) -> str:
    """What a member is called in messages and manifests."""
    return f"{shard.name}/{name}"


def _flat(splits: dict[Path, str]) -> dict[Path, str]:
    """All in train, where there is one split only."""
    alone = len(set(splits.values())) == 1
    return dict.fromkeys(splits, "train") if alone else splits
