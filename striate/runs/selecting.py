"""Selecting: which network is trained when none is named.

The networks stand in a row, each dearer than the one before, and better where its images are large
and many enough. The last one is taken whose training is expected to end in time on this device: by
its products, which the plan counts, times the images that it will see, at a rate that such a
device can be trusted to reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from striate.planning import Settings, plan, resolve
from striate.training.choosing import epochs_for
from striate.zoo import find


@dataclass(frozen=True)
class Rung:
    """A network of the zoo, and the least side in pixels and the fewest images that it is for."""

    network: str
    side: int
    images: int


LADDER = (Rung("small", 1, 1), Rung("photos", 65, 1), Rung("resnet18", 65, 5_000))
"""The networks, the better and dearer ones last."""

RATES = {"cpu": 1.5e10, "cpu with bfloat16": 4e10, "mps": 1e12, "cuda": 1e13}
"""Products a second that training can be trusted to reach; of a processor, each core."""

SECONDS = 600.0
"""How long training may be expected to take."""


@dataclass(frozen=True)
class Machine:
    """A device; if it is the processor, how many cores compute, and whether in bfloat16 as well."""

    device: str
    threads: int
    bfloat16: bool = False

    def __str__(self) -> str:
        cores = f"{self.threads} core{'s' * (self.threads != 1)}"
        return cores if self.device == "cpu" else self.device

    @property
    def rate(self) -> float:
        """Products a second that training can be trusted to reach."""
        if self.device != "cpu":
            return RATES[self.device]
        return self.threads * RATES["cpu with bfloat16" if self.bfloat16 else "cpu"]


@dataclass(frozen=True)
class Selection:
    """A network of the zoo, and why: the products of an image, and the seconds of training."""

    network: str
    images: int
    size: tuple[int, int, int]
    products: int
    seconds: float
    machine: Machine

    def __str__(self) -> str:
        _, height, width = self.size
        return (
            f"network: {self.network}, for {self.images:,} images of {height}x{width} on "
            f"{self.machine} ({self.products / 1e6:,.1f} million products an image; training is "
            f"expected to take {max(1, round(self.seconds)):,} s at most); --net names another, "
            "--size another size"
        )


def select(
    images: int, size: tuple[int, int, int], machine: Machine, *, epochs: int | None = None
) -> Selection:
    """The network for so many images of (channels, height, width), each seen once an epoch.

    >>> [select(images, (3, 128, 128), Machine("cuda", 1)).network for images in (244, 50_000)]
    ['photos', 'resnet18']
    >>> select(50_000, (3, 128, 128), Machine("cpu", 2)).network
    'photos'
    """
    seen = images * (epochs or epochs_for(images))
    options = list(_options(images, seen, size, machine))
    in_time = [option for option in options if option.seconds <= SECONDS]
    return in_time[-1] if in_time else min(options, key=lambda option: option.seconds)


def _options(
    images: int, seen: int, size: tuple[int, int, int], machine: Machine
) -> Iterator[Selection]:
    """Every network that suits the images, the better ones last."""
    for rung in LADDER:
        if rung.side <= min(size[1:]) and rung.images <= images:
            products = _products(rung.network, size)
            seconds = 3 * products * seen / machine.rate
            yield Selection(rung.network, images, size, products, seconds, machine)


def _products(network: str, size: tuple[int, int, int]) -> int:
    """The products of one image on its way through a network of the zoo."""
    counted = plan(resolve(find(network), Settings(size, 10))).totals["products"]
    return int(counted.value)
