"""What none, light and strong mean: for images that may be mirrored, for digits, for photos."""

from dataclasses import replace

import pytest
import torch

from striate.data import Collection, Split
from striate.data.photos.collected import Photos
from striate.errors import OptionError
from striate.training import Recipe
from striate.training.augmenting import about_augmentation, augmentation, settle_augmentation
from striate.training.batches import Batches


def make_collection(*, flip, photos=False):
    images = torch.zeros(4, 1, 8, 8, dtype=torch.uint8)
    if photos:
        images = Photos(
            images.flatten(),
            begins=torch.arange(4) * 64,
            sizes=torch.full((4, 2), 8),
            planes=torch.ones(4, dtype=torch.int64),
            content=torch.zeros(4, 32),
            size=(1, 8, 8),
        )
    split = Split(images, torch.zeros(4, dtype=torch.int64), tuple("abcd"))
    return Collection("four", "four", ("one",), {"train": split, "val": split}, flip=flip, shift=2)


def settled(*, flip=True, photos=False, **options):
    collection = make_collection(flip=flip, photos=photos)
    recipe = settle_augmentation(Recipe(**{"epochs": 9, **options}), collection)
    return {name: getattr(recipe, name) for name in NAMES}


NAMES = ("augment", "flip", "shift", "crop", "erase", "mixup", "cutmix")
NONE = dict(zip(NAMES, ("none", False, 0, 1.0, 0.0, 0.0, 0.0), strict=True))


def test_what_a_level_means():
    light = NONE | {"augment": "light", "flip": True, "shift": 2}
    strong = light | {"augment": "strong", "erase": 0.25, "mixup": 0.25, "cutmix": 0.25}
    cropped = {"crop": 0.35, "shift": 0}
    assert settled(augment="none", photos=True) == NONE
    assert settled() == light
    assert settled(augment="strong") == strong
    assert settled(photos=True) == light | cropped
    assert settled(photos=True, augment="strong") == strong | cropped
    assert settled(flip=False, augment="strong") == strong | {"flip": False}


def test_few_epochs_are_spent_on_the_images_as_they_are():
    assert settled(epochs=2)["augment"] == "none"
    assert settled(epochs=3)["augment"] == "light"
    assert settled(epochs=2, augment="strong")["augment"] == "strong"


def test_what_a_recipe_says_is_kept():
    said = {"flip": False, "shift": 0, "crop": 0.9, "erase": 0.0, "mixup": 0.1, "cutmix": 0.0}
    for augment in ("none", "light", "strong"):
        found = settled(photos=True, augment=augment, **said)
        assert found == said | {"augment": augment}


def test_every_choice_reaches_the_batches_and_is_said():
    plain = Recipe(flip=False, shift=0, crop=1.0, erase=0.0, mixup=0.0, cutmix=0.0)
    assert about_augmentation(plain) == []
    said = {"flip": True, "shift": 1, "crop": 0.3, "rotate": 9, "scale": 0.1, "jitter": 0.2}
    for name, value in said.items() | {"erase": 0.5}.items():
        assert getattr(augmentation(replace(plain, **{name: value})), name) == value
    assert augmentation(replace(plain, augment="strong")).trivial
    said |= {"augment": "strong", "erase": 0.5, "mixup": 0.07, "cutmix": 0.08}
    sentences = {about_augmentation(replace(plain, **{name: said[name]}))[0] for name in said}
    assert len(sentences) == len(said)
    assert about_augmentation(replace(plain, shift=1))[0].endswith("moved by up to 1 pixel")
    assert ", given a part" not in about_augmentation(replace(plain, **said))[0]


def test_the_first_of_several_views_is_said_to_stay_as_it_is():
    changed = Recipe(flip=True, shift=2)
    assert about_augmentation(replace(changed, views=1)) == []
    assert about_augmentation(replace(changed, views=3)) == [
        "training images, in all views but the first, are mirrored in every second view, "
        "and moved by up to 2 pixels"
    ]


def test_more_mixing_than_images_is_refused_before_training():
    split = make_collection(flip=True).splits["train"]
    with pytest.raises(OptionError, match="more than all images"):
        Batches(split, Recipe(batch=2, flip=False, shift=0, mixup=0.8, cutmix=0.3, device="cpu"))
