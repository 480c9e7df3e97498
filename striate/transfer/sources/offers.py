"""Offers: the weights that can be had by name."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from striate.errors import WeightsError
from striate.language.items import suggest
from striate.transfer.sources.fetching import locate
from striate.transfer.sources.hub import in_cache
from striate.transfer.sources.published import repositories, torchvision_files

MEGABYTE = 2**20


@dataclass(frozen=True)
class Offer:
    """Weights with a name: for which network, from where, and what is known before they are here.

    `megabytes` are of 2**20 bytes, None where that is not known; `file` is where they lie on this
    machine, None where they do not yet.
    """

    name: str
    network: str
    source: str
    licence: str
    megabytes: float | None
    file: Path | None

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return asdict(self) | {"file": str(self.file) if self.file else None}


def offers(network: str | None = None) -> tuple[Offer, ...]:
    """Every named set of weights, or those for one network. Raises WeightsError for no network.

    >>> [offer.name for offer in offers("resnet18")]
    ['torchvision/resnet18-f37072fd', 'timm/resnet18.a1_in1k']
    """
    found = [*_of_torchvision(), *_of_hub()]
    networks = list(dict.fromkeys(offer.network for offer in found))
    if network is None:
        ordered = sorted(found, key=lambda offer: networks.index(offer.network))
        return tuple(ordered)
    if network not in networks:
        help = suggest(network, networks) or [f"there are some for {', '.join(networks)}"]
        raise WeightsError(f"no weights are known by name for {network}", help=help)
    return tuple(offer for offer in found if offer.network == network)


def _of_torchvision() -> list[Offer]:
    return [
        Offer(file.source, file.network, "torchvision", file.licence, file.megabytes, locate(file))
        for file in torchvision_files()
    ]


def _of_hub() -> list[Offer]:
    found: list[Offer] = []
    for row in repositories():
        file = in_cache(row.name)
        size = round(file.stat().st_size / MEGABYTE, 1) if file else None
        found.append(Offer(row.name, row.network, "Hugging Face hub", row.licence, size, file))
    return found
