"""Augmenting: what a recipe's word for it, `none`, `light` or `strong`, means for a collection.

    light    flip where mirrored images mean the same; a part of each photo, or a small move
    strong   that, TrivialAugment, a part covered, and half of the images mixed with another

What a recipe says itself is kept. Few epochs are better spent on the images as they are. A recipe
that counts its views changes all but the first, and kept features of them cannot be mixed.
"""

from dataclasses import replace

from striate.data.augmentation.views import Augmentation
from striate.data.collection import Collection
from striate.data.photos.collected import Photos
from striate.training.recipe import Recipe

FEW = 2
"""In so many epochs nothing is changed unless it is asked for."""

CROP, ERASE, MIXUP, CUTMIX = 0.35, 0.25, 0.25, 0.25
"""The least share of a photo that is shown; the shares of images that `strong` covers and mixes."""


def settle_augmentation(recipe: Recipe, collection: Collection) -> Recipe:
    """A recipe of so many epochs that says how images are changed, for this collection."""
    assert recipe.epochs is not None
    augment = recipe.augment
    if augment == "auto":
        few = recipe.views == 1 or (not recipe.views and recipe.epochs <= FEW)
        augment = "none" if few else "light"
    changed, strong = augment != "none", augment == "strong"
    mixes = strong and not (recipe.views and recipe.cache)
    images = collection.splits["train"].images
    photos = isinstance(images, Photos) and not images.framed
    crop = recipe.crop or (CROP if changed and photos else 1.0)
    shift = collection.shift if changed and crop == 1 else 0
    return replace(
        recipe,
        augment=augment,
        flip=collection.flip and changed if recipe.flip is None else recipe.flip,
        shift=shift if recipe.shift is None else recipe.shift,
        crop=crop,
        erase=ERASE * strong if recipe.erase is None else recipe.erase,
        mixup=MIXUP * mixes if recipe.mixup is None else recipe.mixup,
        cutmix=CUTMIX * mixes if recipe.cutmix is None else recipe.cutmix,
    )


def about_augmentation(recipe: Recipe) -> list[str]:
    """A sentence on what is done to training images, and none where nothing is.

    The first of several views is never changed, nor the only one.

    >>> about_augmentation(Recipe(flip=True, shift=2))
    ['training images are mirrored in every second epoch, and moved by up to 2 pixels']
    """
    crop, erase = recipe.crop or 1, recipe.erase or 0
    mixup, cutmix = recipe.mixup or 0, recipe.cutmix or 0
    done = (
        (f"mirrored in every second {'view' if recipe.views else 'epoch'}", recipe.flip),
        (f"moved by up to {recipe.shift} pixel{'s'[: recipe.shift != 1]}", recipe.shift),
        (f"cropped to {100 * crop:g} % of their area or more", crop < 1),
        (f"turned by up to {recipe.rotate:g} degrees", recipe.rotate),
        (f"scaled by up to {100 * recipe.scale:g} %", recipe.scale),
        (f"changed in brightness and colour by up to {100 * recipe.jitter:g} %", recipe.jitter),
        ("changed in one more way each (TrivialAugment)", recipe.augment == "strong"),
        (f"covered in part ({100 * erase:g} % of them)", erase),
        (f"blended with another ({100 * mixup:g} %)", mixup),
        (f"given a part of another ({100 * cutmix:g} %)", cutmix),
    )
    ways = [way for way, is_so in done if is_so]
    if len(ways) > 1:
        ways[-1] = f"and {ways[-1]}"
    if not ways or recipe.views == 1:
        return []
    which = ", in all views but the first," if recipe.views else ""
    return [f"training images{which} are {', '.join(ways)}"]


def augmentation(recipe: Recipe) -> Augmentation:
    """How a recipe that leaves nothing open changes images, but for mixing them.

    >>> augmentation(Recipe(augment="strong", flip=True, shift=0, crop=1.0, erase=0.25)).trivial
    True
    """
    assert recipe.flip is not None
    assert recipe.shift is not None
    return Augmentation(
        flip=recipe.flip,
        shift=recipe.shift,
        crop=1.0 if recipe.crop is None else recipe.crop,
        rotate=recipe.rotate,
        scale=recipe.scale,
        jitter=recipe.jitter,
        erase=recipe.erase or 0.0,
        trivial=recipe.augment == "strong",
    )
