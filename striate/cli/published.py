"""Published weights at the prompt: the network that answers where there is no run."""

from pathlib import Path

import striate
from striate.errors import OptionError
from striate.runs import Pretrained
from striate.runs.folder import RECIPE


def published(
    net: str | None,
    weights: str | None,
    *,
    run: str | None,
    classes: str | None,
    size: int | None,
) -> Pretrained | None:
    """The network with published weights that flags name; None where they name none.

    Raises OptionError where they name a part of one, or a run as well.
    """
    if net is None and weights is None:
        for flag, value in (("classes", classes), ("size", size)):
            if value is not None:
                raise OptionError(
                    f"--{flag} is for published weights, and none are named",
                    help=["name them: --net squeezenet1_0 --weights FILE"],
                )
        return None
    if run is not None and (Path(run) / RECIPE).is_file():
        raise OptionError(
            f"{run} is a run: it has a network and weights of its own",
            help=["leave --net and --weights out", "or name images in the place of the run"],
        )
    names = names_in(Path(classes)) if classes is not None else None
    return striate.pretrained(net, weights or "torchvision", classes=names, size=size)


def names_in(path: Path) -> list[str]:
    """The lines of a file, each a name. Raises OptionError where it cannot be read, or has none."""
    help = ["--classes names a text file with the name of a class in each line"]
    try:
        names = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OptionError(f"{path} cannot be read: {reason}", help=help) from None
    if not names:
        raise OptionError(f"there is no name in {path}", help=help)
    return names
