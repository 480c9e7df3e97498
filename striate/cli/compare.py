"""striate compare: networks side by side."""

from collections.abc import Sequence

import striate
from striate.cli.terminal import line_width
from striate.cli.values import is_number, names_of, numbers_of, size_of
from striate.cli.views import Format
from striate.language import Tree


def compare(
    *networks: str,
    input: str | None = None,
    classes: int | None = None,
    share: str | None = None,
    layers: bool = False,
    format: Format = "text",
    json: bool = False,
) -> None:
    """Print what networks cost side by side, and how many times as much as the first.

    Parameters
    ----------
    networks
        Two or more: texts, .cnn files, names from the zoo, or package.module:factory; behind a text
        its free numbers: N=2 M=3.
    input
        The input size of all of them, channels first: 3x224x224.
    classes
        The number of classes, where a text does not say it.
    share
        Show the part of the parameters and products in layers of these words or patterns of paths:
        FC,head.*.
    layers
        Put layers beside each other, by their paths where there are not equally many.
    format
        Print it as text, as markdown, as html, or as json for another program.
    json
        Print the comparison for another program: --format json.
    """
    made = striate.compare(
        *_read(networks),
        input=size_of(input),
        classes=classes,
        share=names_of(share),
        layers=layers or None,
    )
    print(made.show("json" if json else format, width=line_width()))


def _read(typed: Sequence[str]) -> list[str | Tree]:
    """Networks as they are typed, those read that have numbers behind them."""
    given: list[tuple[str, list[str]]] = []
    for token in typed:
        if given and is_number(token):
            given[-1][1].append(token)
        else:
            given.append((token, []))
    return [
        striate.read(network, network=None, **numbers_of(numbers)) if numbers else network
        for network, numbers in given
    ]
