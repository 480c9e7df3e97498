"""recipe.toml: how a network was trained, on which images, for which task.

With the network's text and its weights it is all that is needed to use the network, and with the
images all that is needed to train it again.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from striate.data import Address, Collection
from striate.data.look import Look, Seen
from striate.errors import OptionError, RunError
from striate.inspection.factories import Factory
from striate.runs.folder import RECIPE, require_run
from striate.runs.transferred import Transferred
from striate.training import Recipe
from striate.training.writing import write_whole

FORMAT = 1


@dataclass(frozen=True)
class Images:
    """What a run knows of its images: where they are from and how they are prepared."""

    name: str
    source: Address
    size: tuple[int, int, int]
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    digest: str
    seed: int
    look: Look | None = None
    """What pictures are brought to, where the weights lay it down."""

    @property
    def seen(self) -> Seen:
        """What pictures are brought to: a look, or a size."""
        return self.look or self.size

    @classmethod
    def of(cls, collection: Collection, seed: int) -> "Images":
        """What is to be known of a collection that was split by `seed`."""
        return cls(
            name=collection.name,
            source=collection.source,
            size=collection.size,
            classes=collection.classes,
            mean=collection.mean,
            std=collection.std,
            digest=collection.digest,
            seed=seed,
            look=collection.look,
        )


@dataclass(frozen=True)
class Record:
    """What recipe.toml says.

    `factory` is what makes the network, None where it is a text; `transfer` is what it began from,
    None where that was chance alone.
    """

    recipe: Recipe
    images: Images
    task: str
    factory: Factory | None = None
    transfer: Transferred | None = None


def write_record(folder: Path, record: Record) -> None:
    """Write recipe.toml; its recipe leaves nothing open."""
    assert not record.recipe.open
    tables = {
        "recipe": record.recipe.as_dict(),
        "data": asdict(replace(record.images, look=None)),
        "task": {"name": record.task},
    }
    del tables["data"]["look"]
    if record.images.look is not None:
        tables["look"] = record.images.look.as_dict()
    if record.transfer is not None:
        tables["transfer"] = asdict(record.transfer)
    if record.factory is not None:
        tables["network"] = {"factory": record.factory.name}
        tables["network.numbers"] = dict(record.factory.numbers)
    write_whole(folder / RECIPE, f"format = {FORMAT}\n\n" + as_toml(tables))


def read_record(folder: Path) -> Record:
    """Read recipe.toml. Raises RunError where it is missing, damaged, or of another format."""
    require_run(folder)
    path = folder / RECIPE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
        _require_format(path, content.get("format"))
        recipe = Recipe.from_dict(content["recipe"])
        if recipe.open:
            raise KeyError(*recipe.open)
        images, look = _images(content["data"]), content.get("look")
        began = content.get("transfer")
        return Record(
            recipe,
            replace(images, look=Look.from_dict(look)) if look else images,
            content["task"]["name"],
            _factory(content.get("network")),
            Transferred(**{key: _frozen(value) for key, value in began.items()}) if began else None,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path} cannot be read: {error!r}", help=["bring back the file that striate wrote"]
        ) from error
    except OptionError as error:
        raise RunError(f"{path}: {error.message}", help=error.help) from error


def as_toml(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of texts, numbers, truths and lists of these as TOML.

    >>> print(as_toml({"task": {"name": 'a "b"', "sure": True, "size": (1, 8)}}))
    [task]
    name = "a \\"b\\""
    sure = true
    size = [1, 8]
    <BLANKLINE>
    """
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in table.items())
        for name, table in tables.items()
    )


def _value(value: Any) -> str:
    """One value: JSON writes these as TOML does, but for the tuple, which it takes for a list."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _images(table: Mapping[str, Any]) -> Images:
    """The table [data]: its lists become tuples again."""
    return Images(**{key: _frozen(value) for key, value in table.items()})


def _factory(table: Mapping[str, Any] | None) -> Factory | None:
    """The table [network], where there is one."""
    return None if table is None else Factory(table["factory"], table.get("numbers", {}))


def _frozen(value: Any) -> Any:
    """A list as a tuple, everything else as it is."""
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _require_format(path: Path, found: object) -> None:
    """Raise RunError for a run folder of another version."""
    if found != FORMAT:
        raise RunError(
            f"{path} has format {found}, and this striate reads format {FORMAT}",
            help=["use the version of striate that wrote it, or train anew"],
        )
