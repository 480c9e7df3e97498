"""striate resume: go on with a run that was interrupted."""

import striate
from striate.cli.showing import show_trained
from striate.ops import memory


def resume(run: str, *, inexact: bool = False, json: bool = False) -> None:
    """Go on with a run that was interrupted, exactly where it stopped.

    Parameters
    ----------
    run
        The run folder.
    inexact
        Go on even where torch, the machine or the recipe cannot give the same bits.
    json
        Print the result for another program.
    """
    memory.keep()
    show_trained(striate.resume(run, inexact=inexact), json=json)
