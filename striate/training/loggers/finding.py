"""Finding a logger by its name, among those that installed packages offer."""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.metadata import entry_points

from striate.errors import OptionError
from striate.training.loggers.logger import Logger

GROUP = "striate.loggers"


def find_logger(name: str) -> Logger:
    """The logger of that name. Raises OptionError where there is none, or it cannot be loaded."""
    offered = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in offered:
        raise _unknown(name, offered)
    try:
        return offered[name].load()()
    except Exception as error:  # whatever a package of somebody else may raise
        package = getattr(offered[name].dist, "name", "striate")
        ours = package == "striate"
        extra = f"pip install 'striate[{name}]'" if ours else f"look at {package}, which offers it"
        raise OptionError(
            f"the logger {name} cannot be loaded: {type(error).__name__}: {error}",
            help=[extra, "or leave it out: results.csv and journal.jsonl have everything"],
        ) from error


def _unknown(name: str, offered: Iterable[str]) -> OptionError:
    """The error for a name that no package offers."""
    names = sorted(offered)
    close = get_close_matches(name, names, 1)
    meant = [f"did you mean {close[0]}?"] if close else []
    there = f"there is {', '.join(names)}" if names else "no installed package offers one"
    return OptionError(f"there is no logger '{name}'", help=[*meant, there])
