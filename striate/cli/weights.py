"""striate weights: the published weights that have a name."""

import json as forms

from rich.table import Table

from striate.cli.showing import show
from striate.transfer.sources import Offer, offers


def weights(network: str | None = None, *, json: bool = False) -> None:
    """List the published weights that have a name, and where they are.

    Any other repository of the Hugging Face hub with a model.safetensors can be named too, and any
    file or https:// address: `--weights NAME` of train and predict takes them all.

    Parameters
    ----------
    network
        A network of the zoo: only the weights for it.
    json
        Print for another program.
    """
    found = offers(network)
    if json:
        print(forms.dumps([offer.as_dict() for offer in found]))
    else:
        show(_table(found))


def _table(found: tuple[Offer, ...]) -> Table:
    """A row for each."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    for title in ("name", "network", "licence"):
        table.add_column(title, no_wrap=True)
    table.add_column("MiB", justify="right")
    table.add_column("here")
    for offer in found:
        size = "" if offer.megabytes is None else f"{offer.megabytes:.1f}"
        table.add_row(offer.name, offer.network, offer.licence, size, "yes" if offer.file else "")
    return table
