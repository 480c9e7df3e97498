"""striate zoo: the networks that have a name."""

import json as forms

from striate.zoo import entries, text


def zoo(name: str | None = None, *, json: bool = False) -> None:
    """List the networks that have a name, or print the text of one.

    Parameters
    ----------
    name
        The network whose text to print.
    json
        Print for another program.
    """
    if name is not None:
        written = text(name)
        print(forms.dumps({"name": name, "text": written}) if json else written, end="\n" * json)
        return
    found = entries()
    if json:
        print(forms.dumps([{"name": entry.name, "origin": entry.origin} for entry in found]))
        return
    width = max(len(entry.name) for entry in found)
    for entry in found:
        print(f"{entry.name:<{width}}  {entry.origin}")
