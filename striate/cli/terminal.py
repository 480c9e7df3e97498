"""The terminal that is printed to: how wide its lines are, if it is one."""

import shutil
import sys


def line_width() -> int | None:
    """How many letters a line has; None where lines are as long as they need to be."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
