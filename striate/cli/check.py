"""striate check: what is wrong with a folder of images."""

import json as forms
import sys

import striate
from striate.cli.showing import show


def check(folder: str, *, keep: bool = False, json: bool = False) -> None:
    """Look through a folder of images before training: every file, decoded in full.

    The exit code is 0 where nothing is to be done, 1 where files would be left out or the same
    picture lies where it must not, and 2 where the folder cannot be read. Nothing is written into
    the folder.

    Parameters
    ----------
    folder
        A folder with a folder for each class, or train/ and test/ with those.
    keep
        Keep placeholders, and the first frame of animated pictures.
    json
        Print everything that was found for another program.
    """
    found = striate.check(folder, keep=keep)
    if json:
        print(forms.dumps(found.as_dict()))
    else:
        show(found)
    if not found.clean:
        sys.exit(1)
