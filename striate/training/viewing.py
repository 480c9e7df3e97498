"""Viewing: what an epoch makes of the images that it shows.

Every epoch makes new views, or, where a recipe counts them, one of so many: epoch e shows view
e % views of each image. The first is the image as evaluation sees it, view v is changed by the
draws of epoch v. Views that are counted belong to the images, not to the times that they are shown.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from striate.data.augmentation.parts import crops
from striate.data.augmentation.views import Augmentation, augment, is_mirrored
from striate.data.chance import Draws
from striate.data.features import Features
from striate.data.photos.collected import Images, Photos
from striate.training.augmenting import augmentation
from striate.training.recipe import Recipe

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Views:
    """The views of the images of a split, on the device of a recipe.

    >>> images = torch.tensor([[1, 2], [3, 4]], dtype=torch.uint8).reshape(2, 1, 1, 2)
    >>> views = Views.of(images, Recipe(views=2, flip=True, shift=0, device="cpu"))
    >>> [views.shown(epoch, np.array([0, 1])).flatten().tolist() for epoch in range(4)]
    [[1, 2, 3, 4], [2, 1, 4, 3], [1, 2, 3, 4], [2, 1, 4, 3]]
    """

    images: Images | Features
    recipe: Recipe
    change: Augmentation

    @classmethod
    def of(cls, images: Images | Features, recipe: Recipe) -> "Views":
        """The views that a recipe makes of images; of features it makes none, they are views."""
        return cls(images.to(recipe.device), recipe, augmentation(recipe))

    def shown(self, epoch: int, index: Places) -> Tensor:
        """What an epoch makes of the images at these showings, on the device.

        Showing s is of image s % images. uint8 (image, channel, height, width), or the rows of
        features.
        """
        if not self.recipe.views:
            return self._changed(epoch, index)
        return self.view(epoch % self.recipe.views, index % len(self.images))

    def view(self, number: int, places: Places) -> Tensor:
        """One of the views that are counted, of the images at these places."""
        if isinstance(self.images, Features):
            return self.images.at(number, torch.from_numpy(places).to(self.recipe.device))
        if number:
            return self._changed(number, places)
        chosen = torch.from_numpy(places).to(self.recipe.device)
        return self.images.index_select(0, chosen).to(self.recipe.device)

    def _changed(self, epoch: int, index: Places) -> Tensor:
        """The images of these showings, changed by the draws of an epoch."""
        images, change, seed = self.images, self.change, self.recipe.seed
        assert not isinstance(images, Features)
        places = torch.from_numpy(index % len(images))
        if isinstance(images, Photos) and change.crop < 1:
            height, width = images.shape[2:]
            draws, sizes = Draws(seed, epoch, index), images.sizes[places]
            parts = crops(sizes, (height, width), draws, change.crop)
            here = change.flip and not change.trivial  # what follows asks whether images flip
            mirrored = is_mirrored(draws).tolist() if here else ()
            seen = images.crops(places, parts, mirrored)
            change = replace(change, crop=1.0, flip=change.flip and not here)
        else:
            seen = images.index_select(0, places.to(self.recipe.device))
        return augment(seen.to(self.recipe.device), change, seed=seed, epoch=epoch, index=index)
