"""What the lower half can do by itself: plan, write and explain a network out of every text.

It runs in a Python that may have nothing but its standard library: another process, or a browser.
"""

import json

import striate
from striate import zoo
from striate.errors import StriateError

MANY = 100
"""Of a network with more layers only the plan is told."""

NAMES = {entry.file: entry.name for entry in reversed(zoo.entries())}.values()
"""The first network out of every text."""


def planned(name):
    """All that is said about a network of the zoo, which has a size of its own or gets one."""
    given = None if striate.read(name).complete else (1, 28, 28)
    made = striate.plan(name, input=given)
    if len(made.rows) > MANY:
        return {"plan": made.as_dict()}
    place = [n // 2 for n in made.rows[0].size[1:]]
    return {
        "plan": made.as_dict(),
        "printed": str(made),
        "explained": made.explain(),
        "derived": made.derivations(),
        "shown": [made.show(form) for form in ("text", "markdown", "html", "json")],
        "memory": str(made.memory(32, "adam", budget=8_000_000_000)),
        "region": str(made.region(made.rows[0].path, place)),
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
    found = {name: planned(name) for name in NAMES}
    compared = str(striate.compare("bottleneck", "bottleneck-direct"))
    free = str(striate.plan("resnet18", input=(3, "H", "W")))
    said = {"zoo": found, "compared": compared, "free": free, "refused": refused()}
    print(json.dumps(said))
