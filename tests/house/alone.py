"""What the lower half can do by itself: every network of the zoo, planned, written and explained.

It runs in a Python that may have nothing but its standard library: another process, or a browser.
"""

import json

import striate
from striate import zoo
from striate.errors import StriateError


def planned(name):
    """All that is said about a network of the zoo, which has a size of its own or gets one."""
    given = None if "INPUT" in zoo.text(name) else (1, 28, 28)
    made = striate.plan(name, input=given)
    return {
        "plan": made.as_dict(),
        "printed": str(made),
        "explained": made.explain(),
        "derived": made.derivations(),
        "shown": [made.show(form) for form in ("text", "markdown", "html", "json")],
        "memory": str(made.memory(32, "adam", budget=8_000_000_000)),
        "region": str(made.region(made.rows[0].path, (3, 4))),
        "written": striate.write(made.network),
    }


def refused():
    """What is said about a network that does not fit."""
    try:
        striate.plan("INPUT 3x8x8 -> CONV 4 9x9 -> FC 2")
    except StriateError as error:
        return str(error)
    raise AssertionError("a window of 9x9 went into 8x8")


if __name__ == "__main__":
    found = {entry.name: planned(entry.name) for entry in zoo.entries()}
    compared = str(striate.compare("bottleneck", "bottleneck-direct"))
    free = str(striate.plan("resnet18", input=(3, "H", "W")))
    said = {"zoo": found, "compared": compared, "free": free, "refused": refused()}
    print(json.dumps(said))
