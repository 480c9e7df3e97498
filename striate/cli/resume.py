"""striate resume: go on with a run that was interrupted."""

import striate
from striate.cli.showing import show_trained
from striate.cli.values import Log
from striate.ops import memory


def resume(
    run: str,
    *,
    images: str | None = None,
    inexact: bool = False,
    log: Log = (),
    json: bool = False,
) -> None:
    """Go on with a run that was interrupted, exactly where it stopped.

    Parameters
    ----------
    run
        The run folder.
    images
        Where the images of the run are now, if they were moved.
    inexact
        Go on even where torch, the machine or the recipe cannot give the same bits.
    log
        Programs that are told how it goes; without it those that were told before.
    json
        Print the result for another program.
    """
    memory.keep()
    show_trained(striate.resume(run, images=images, inexact=inexact, log=log), json=json)
