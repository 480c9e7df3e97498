"""What is published under a name: torchvision's files, and repositories of the Hugging Face hub.

The tables are data: torchvision.toml and hub.toml beside this file.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from striate.data.look import Look

_FOLDER = Path(__file__).parent

TORCHVISION = "torchvision"
"""How sources begin that are torchvision's: torchvision, or torchvision/resnet50-11ad3fa6."""


@dataclass(frozen=True)
class File:
    """A file of weights that torchvision publishes for a network.

    `checksum` is the beginning of its SHA-256, in hexadecimal digits, in which its name ends.

    >>> file = torchvision_files()[0]
    >>> file.source, file.checksum
    ('torchvision/alexnet-owt-7be5be79', '7be5be79')
    """

    network: str
    name: str
    address: str
    checksum: str
    licence: str
    look: Look
    megabytes: float
    """As torchvision gives it, of 2**20 bytes."""

    @property
    def source(self) -> str:
        """What is asked for."""
        return f"{TORCHVISION}/{Path(self.name).stem}"


@dataclass(frozen=True)
class Repository:
    """A repository of the hub that holds the weights of a network of the zoo."""

    name: str
    network: str
    licence: str


@cache
def torchvision_files() -> tuple[File, ...]:
    """Every file of torchvision's that there is a network for; the best of a network first."""
    table = tomllib.loads((_FOLDER / "torchvision.toml").read_text("utf-8"))
    rows: list[dict[str, Any]] = table.pop("file")
    return tuple(_file(table | row) for row in rows)


@cache
def repositories() -> tuple[Repository, ...]:
    """The repositories of the hub that are known by name; any other can be asked for too."""
    table = tomllib.loads((_FOLDER / "hub.toml").read_text("utf-8"))
    return tuple(Repository(**row) for row in table["repository"])


def _file(row: dict[str, Any]) -> File:
    side = row["crop"]
    mean, std = tuple(row["mean"]), tuple(row["std"])
    return File(
        network=row["network"],
        name=row["name"],
        address=f"{row['address']}/{row['name']}",
        checksum=Path(row["name"]).stem.rpartition("-")[2],
        licence=row["licence"],
        look=Look((len(mean), side, side), row["resize"], mean, std, row["mode"]),
        megabytes=row["megabytes"],
    )
