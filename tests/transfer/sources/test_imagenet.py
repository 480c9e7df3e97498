"""ImageNet's names, against facts that everybody knows, and the list in $STRIATE_DATA."""

import os
from pathlib import Path

import pytest

from striate.transfer.sources import imagenet_classes, imagenet_wnids

NAMES = Path(os.environ.get("STRIATE_DATA", ""), "imagenet-photos", "classes.tsv").absolute()
KNOWN = {
    "n01440764": (0, "tench"),
    "n01806143": (84, "peacock"),
    "n02012849": (134, "crane bird"),
    "n02510455": (388, "giant panda"),
    "n03126707": (517, "crane"),
    "n03710721": (639, "maillot tank suit"),
    "n07753592": (954, "banana"),
    "n15075141": (999, "toilet tissue"),
}


def test_there_are_a_thousand_and_no_two_are_called_alike():
    names, wnids = imagenet_classes(), imagenet_wnids()
    assert len(names) == len(set(names)) == len(wnids) == len(set(wnids)) == 1000
    assert all(name.strip() == name and name for name in names)


def test_they_stand_in_the_order_of_their_ids():
    assert list(imagenet_wnids()) == sorted(imagenet_wnids())
    assert all(
        wnid[0] == "n" and wnid[1:].isdecimal() and len(wnid) == 9 for wnid in imagenet_wnids()
    )


@pytest.mark.parametrize("wnid", KNOWN)
def test_known_classes_have_their_places(wnid):
    place, name = KNOWN[wnid]
    assert (imagenet_wnids()[place], imagenet_classes()[place]) == (wnid, name)


@pytest.mark.skipif(
    not NAMES.is_file(), reason="there is no imagenet-photos/classes.tsv in $STRIATE_DATA"
)
def test_the_names_are_those_beside_the_photos():
    rows = [line.split("\t") for line in NAMES.read_text("utf-8").splitlines()]
    assert tuple(row[1] for row in rows) == imagenet_wnids()
    other = {
        (ours, row[2].replace("_", " "))
        for ours, row in zip(imagenet_classes(), rows, strict=True)
        if ours != row[2].replace("_", " ")
    }
    assert other == {("crane bird", "crane"), ("maillot tank suit", "maillot")}
