"""Features: what a frozen beginning of a network gives for images, computed once and kept.

They stand where images stand, so that whatever goes over images goes over them too: a row of
numbers for each image, once for each way in which the image is looked at (a view).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

MOVED = 2**31
"""Features of more bytes than these stay in memory, or in their file, whatever the device."""


@dataclass(frozen=True, eq=False)
class Features:
    """Rows float32 (view, image, number), and for each image what its rows follow from.

    `content` is a SHA-256 of each image, uint8 (image, 32). View 0 is what evaluation sees. `rows`
    int64 (image,) says which row belongs to which image, where only some were selected.

    >>> values = torch.arange(12.0).view(2, 3, 2)
    >>> features = Features(values, torch.zeros(3, 32, dtype=torch.uint8))
    >>> features.shape, features[1].tolist(), features.at(1, torch.tensor([2, 0])).tolist()
    (torch.Size([3, 2]), [2.0, 3.0], [[10.0, 11.0], [6.0, 7.0]])
    >>> features.select(torch.tensor([2])).at(0, torch.tensor([0])).tolist()
    [[4.0, 5.0]]
    """

    values: Tensor
    content: Tensor
    rows: Tensor | None = None

    def __post_init__(self) -> None:
        assert self.values.dtype == torch.float32, self.values.dtype
        assert self.values.ndim == 3, self.values.shape
        count = self.values.shape[1] if self.rows is None else len(self.rows)
        assert self.content.shape == (count, 32), self.content.shape

    def __len__(self) -> int:
        return len(self.content)

    @property
    def views(self) -> int:
        """In how many ways each image was looked at."""
        return len(self.values)

    @property
    def shape(self) -> torch.Size:
        """(images, numbers), as of the tensor of one view."""
        return torch.Size((len(self), self.values.shape[2]))

    @property
    def dtype(self) -> torch.dtype:
        """The type of every number."""
        return self.values.dtype

    def __getitem__(self, places: int | slice | Sequence[int] | Tensor) -> Tensor:
        """The rows of these images in view 0; one row for one number.

        Raises IndexError for a number past the end.
        """
        numbers = torch.arange(len(self))[places]
        rows = self.at(0, numbers.reshape(-1))
        return rows[0] if numbers.ndim == 0 else rows

    def index_select(self, axis: int, places: Tensor) -> Tensor:
        """The rows of these images in view 0, as of a tensor along its first axis."""
        assert axis == 0
        return self.at(0, places)

    def at(self, view: int, places: Tensor) -> Tensor:
        """The rows of these images in a view: float32 (image, number), a copy."""
        rows = places if self.rows is None else self.rows[places.to(self.rows.device)]
        return self.values[view].index_select(0, rows.to(self.values.device))

    def select(self, places: Tensor) -> "Features":
        """The features of these images, in that order; no row is copied."""
        rows = places if self.rows is None else self.rows[places]
        return replace(self, content=self.content[places], rows=rows)

    def to(self, device: torch.device | str) -> "Features":
        """The features on a device, unless they are too many to be moved."""
        if self.values.nbytes > MOVED:
            return self
        return replace(self, values=self.values.to(device))
