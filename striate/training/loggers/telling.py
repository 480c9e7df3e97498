"""Telling loggers how a training goes, in such a way that none of them can stop it."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from striate.training.loggers.finding import find_logger
from striate.training.loggers.logger import Logger
from striate.training.results import Row
from striate.training.writing import write_whole

NAME = "loggers.json"
"""The file of a run folder in which each logger's name is, with what it wants to be known by."""


class Loggers:
    """The loggers of one training, by their names; none that was not opened is told anything.

    >>> Loggers(["tensorboard,wandb", "mlflow"]).names
    ('tensorboard', 'wandb', 'mlflow')
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        each = (name.strip() for several in names for name in several.split(","))
        self.names = tuple(dict.fromkeys(name for name in each if name))
        self.opened: dict[str, Logger] = {}
        self._say: Callable[[str], None] = lambda _: None

    def open(self, folder: Path | None = None) -> None:
        """Load the loggers; where none are named, those that a run in `folder` was begun with.

        Raises OptionError for one that is not there, or cannot be loaded.
        """
        names = self.names or (tuple(_read(folder)) if folder else ())
        self.opened = {name: find_logger(name) for name in names}

    def begin(
        self,
        folder: Path,
        recipe: Mapping[str, Any],
        about: Mapping[str, Any],
        *,
        rows: Sequence[Row],
        say: Callable[[str], None],
    ) -> None:
        """Tell of a training that begins, and of the epochs that are over already.

        What goes wrong is told to `say`, from now on. Raises OSError where nothing can be written.
        """
        self._say = say
        if not self.opened:
            return
        known = _read(folder)

        def tell(name: str, logger: Logger) -> None:
            known[name] = logger.begin(folder, recipe, about, known=known.get(name))

        self._each(tell)
        write_whole(folder / NAME, json.dumps(known, indent=2) + "\n")
        for row in rows:
            self.row(row)

    def row(self, row: Row) -> None:
        """Tell of an epoch that is over."""
        self._each(lambda _, logger: logger.row(dict(row)))

    def end(self, evaluation: Mapping[str, Any], pictures: Sequence[Path]) -> None:
        """Tell how good the network is."""
        self._each(lambda _, logger: logger.end(evaluation, pictures))

    def _each(self, tell: Callable[[str, Logger], None]) -> None:
        """Tell all of them; one that fails is told nothing more."""
        for name, logger in list(self.opened.items()):
            try:
                tell(name, logger)
            except Exception as error:  # noqa: BLE001 (whatever it is, training goes on)
                del self.opened[name]
                what = f"{type(error).__name__}: {error}"
                self._say(f"The logger {name} failed and is off: {what}; training goes on.")


def _read(folder: Path) -> dict[str, str | None]:
    """What the loggers of a run are known by; nothing where that cannot be read."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
