"""How a command fails: a sentence for people, or the error's form for programs."""

import json as forms
import os
import sys

from striate.errors import StriateError


def fail(error: StriateError, *, json: bool) -> int:
    """Print an error where it is looked for, and return the exit code."""
    if not speaks():
        return 2
    if json:
        print(forms.dumps(error.as_dict()))
    else:
        print(f"{error.kind}: {error}", file=sys.stderr)
    return 2


def speaks() -> bool:
    """Whether this process speaks for those that `torchrun` started with it on this machine."""
    return os.environ.get("LOCAL_RANK", "0") == "0"
