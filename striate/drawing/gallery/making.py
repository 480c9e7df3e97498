"""Making the gallery: a page for each example, linked in their order, and an index of them all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from striate.drawing.gallery.example import Example, examples
from striate.drawing.gallery.index import TITLE, index_page
from striate.errors import DataError, in_short

Say = Callable[[str], None]

QUIET = 2.0
"""As many seconds pass before it is said how far the gallery is."""


@dataclass(frozen=True)
class Gallery:
    """Examples as pages; `save` writes them."""

    examples: tuple[Example, ...]

    def save(self, folder: str | Path, say: Say | None = None) -> Path:
        """Write all pages and `index.html` into a folder, and return the index.

        `say` is told how far it is, once a second, where it takes longer than two, and at the
        end where the index is. Raises DataError where the folder cannot be written.
        """
        target, begun = Path(folder), monotonic()
        try:
            target.mkdir(parents=True, exist_ok=True)
            said = begun + QUIET - 1
            for number, example in enumerate(self.examples):
                (target / example.file).write_text(self.page(number), "utf-8")
                if say is not None and monotonic() >= said + 1:
                    said = monotonic()
                    say(f"{number + 1} of {len(self.examples)} pages")
            index = target / "index.html"
            index.write_text(index_page(self.examples), "utf-8")
        except OSError as error:
            raise DataError(
                f"the gallery cannot be written to {target}: {in_short(error)}",
                help=["name a folder that can be written to: striate draw gallery -o gallery"],
            ) from None
        if say is not None:
            say(f"{index}: {len(self.examples)} pages")
        return index

    def page(self, number: int) -> str:
        """The page of an example by its number in the gallery, from 0."""
        example = self.examples[number]
        links = self._links(number)
        if example.network:
            title = f"{example.row}. {example.title}"
            return example.drawing.html(title=title, note=example.sentence, links=links)
        from striate.drawing.pages.films import film_page

        return film_page(example.film, links=links, note=example.sentence)

    def _links(self, number: int) -> list[tuple[str, str]]:
        """Where to go from a page: to the index, and to its neighbours."""
        links = [("all examples", "index.html")]
        if number:
            before = self.examples[number - 1]
            links.append((f"← {before.name}", before.file))
        if number + 1 < len(self.examples):
            after = self.examples[number + 1]
            links.append((f"{after.name} →", after.file))
        return links

    def _repr_html_(self) -> str:
        """The index in a notebook; its links lead to pages once they are saved."""
        from striate.drawing.saving import framed

        return framed(index_page(self.examples), TITLE)


def gallery() -> Gallery:
    """Every worked example of the textbook.

    >>> len({one.row for one in gallery().examples}) > 25
    True
    """
    return Gallery(examples())
