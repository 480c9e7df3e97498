"""A worked example: its number in the textbook, what to look at, and its film or its drawing.

Examples are data, in the files of `examples/`: each names its row of the textbook and a kind of
film with its options, or a network; and under `expected` the result as the textbook prints it.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from striate.drawing.films.record import Film
    from striate.drawing.networks.drawing import Drawing

SECTIONS = {"B": "The convolution", "C": "Pooling", "D": "The receptive field"}
"""The first letter of a row, and what its section is called."""


@dataclass(frozen=True)
class Example:
    """One example; `number` counts those of its row from 1.

    `look` is the sentence of what to look at, `slip` what the lecture's slide has wrong. The film
    is made when it is asked for.
    """

    row: str
    number: int
    title: str
    look: str
    kind: str = ""
    film_options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    network: str = ""
    unit: Sequence[Any] = ()
    expected: Mapping[str, Any] = field(default_factory=dict[str, Any])
    slip: str = ""

    @property
    def name(self) -> str:
        """What it is called: B7.2, the second example of row B7.

        >>> Example("B7", 2, "", "").name, Example("B7", 2, "", "").file
        ('B7.2', 'b07-2.html')
        """
        return f"{self.row}.{self.number}"

    @property
    def file(self) -> str:
        """The name of its page; sorted by name, pages are in order."""
        return f"{self.row[0].lower()}{int(self.row[1:]):02}-{self.number}.html"

    @property
    def sentence(self) -> str:
        """What to look at, and where the lecture's slide slips."""
        return f"{self.look} {self.slip}".strip()

    @cached_property
    def film(self) -> "Film":
        """Its film; only a network has none."""
        from striate.drawing.films.scenes.making import film

        return film(self.kind, **self.film_options, title=f"{self.row}. {self.title}")

    @cached_property
    def drawing(self) -> "Drawing":
        """Its network, drawn, and what a unit of it sees: a path, and a place in it."""
        from striate.drawing.networks.drawing import draw_network
        from striate.language import read
        from striate.planning import plan

        path, *place = self.unit
        return draw_network(plan(read(self.network)), unit=(path, place))


def examples() -> tuple[Example, ...]:
    """All examples, in the order of the textbook.

    >>> [one.name for one in examples()][:4]
    ['B1.1', 'B2.1', 'B2.2', 'B3.1']
    """
    folder = files("striate.drawing.gallery") / "examples"
    found_in = (one for one in folder.iterdir() if one.name.endswith(".toml"))
    texts = sorted((one.name, one.read_text("utf-8")) for one in found_in)
    seen: Counter[str] = Counter()
    found: list[Example] = []
    for _, text in texts:
        for entry in tomllib.loads(text)["example"]:
            seen[entry["row"]] += 1
            options = entry.pop("film", {})
            found.append(Example(number=seen[entry["row"]], film_options=options, **entry))
    return tuple(found)
