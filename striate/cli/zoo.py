"""striate zoo: the networks that have a name."""

from json import dumps

from striate.cli.terminal import line_width
from striate.cli.views import Format
from striate.zoo import text


def zoo(name: str | None = None, *, format: Format = "text", json: bool = False) -> None:
    """List the networks that have a name and what they cost, or print the text of one.

    Parameters
    ----------
    name
        The network whose text to print; the text runs as a file, and can be changed.
    format
        Print the list as text, as markdown, as html, or as json for another program.
    json
        Print for another program: --format json.
    """
    form = "json" if json else format
    if name is None:
        from striate.zoo.survey import survey

        print(survey().show(form, width=line_width()))
    elif form == "json":
        print(dumps({"name": name, "text": text(name)}))
    else:
        print(text(name), end="")
