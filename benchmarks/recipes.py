"""The recipes that people post for unshared convolution in PyTorch, 3x3 with one zero around.

    broadcast  patches times weight, one number for each product, then a sum
               (discuss.pytorch.org/t/locally-connected-layers/26979)
    matmul     unfolded patches, and a matrix product for each image and place
               (the module posted under github.com/pytorch/pytorch/issues/499)
    einsum     unfolded patches and one sum over taps, which torch turns into a product per place

Each has the weight in the order in which it is posted; of the orders for einsum, the fastest.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, einsum, matmul
from torch.nn import functional as F


@dataclass(frozen=True)
class Recipe:
    """A recipe, the order of its weight, and what it holds at the most.

    `stored` takes a weight (filter, channel, *places, *kernel) to the recipe's order. `forward`
    and `backward` count tensors: of patches, and of one number for each product.
    """

    run: Callable[[Tensor, Tensor, Tensor], Tensor]
    stored: Callable[[Tensor], Tensor]
    forward: tuple[int, int]
    backward: tuple[int, int]


def _broadcast(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    patches = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 1).unfold(3, 3, 1)
    patches = patches.contiguous().view(*patches.shape[:-2], 9)
    return (patches.unsqueeze(1) * weight).sum([2, -1]) + bias


def _matmul(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    places, filters = weight.shape[:2], weight.shape[2]
    patches = F.unfold(x, 3, padding=1).unsqueeze(-1).permute(0, 2, 3, 1)
    y = matmul(patches, weight.view(places.numel(), filters, -1).permute(0, 2, 1))
    return y.view(len(x), *places, filters).permute(0, 3, 1, 2) + bias


def _einsum(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    y = einsum("bkp,pok->bop", F.unfold(x, 3, padding=1), weight.flatten(0, 1).flatten(2))
    return y.unflatten(2, bias.shape[1:]) + bias


def _by_place(weight: Tensor) -> Tensor:
    return weight.permute(2, 3, 0, 1, 4, 5).contiguous()


RECIPES = {
    "broadcast": Recipe(_broadcast, lambda w: w.flatten(4).contiguous()[None], (1, 1), (2, 2)),
    "matmul": Recipe(_matmul, _by_place, (2, 1), (2, 2)),
    "einsum": Recipe(_einsum, _by_place, (2, 0), (4, 0)),
}
