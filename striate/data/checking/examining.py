"""Examining: everything that one file gives reason to say, after all of it was decoded.

A problem is why a file is left out; a note is about a file that is kept. What depends on the bytes
alone is Facts, which are remembered by content; what depends on the name is added to them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from striate.data.checking.aligning import SIDE
from striate.data.collection import Problem
from striate.data.decoding import FORMATS, Picture, contents, decode_bytes, quiet
from striate.data.sources.folders import is_placeholder

if TYPE_CHECKING:
    from numpy.typing import NDArray

Remark = tuple[str, str]


@dataclass(frozen=True)
class Note:
    """Something worth knowing about a file that is kept: which, what kind of thing, the details."""

    file: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Facts:
    """What bytes hold: a fault, or a picture's format, height and width, and what is odd about it.

    `thumbnail` has SIDE x SIDE levels of grey, and is empty where there is a fault.
    """

    fault: Remark | None = None
    format: str = ""
    size: tuple[int, int] = (0, 0)
    grey: bool = False
    remarks: tuple[Remark, ...] = ()
    thumbnail: bytes = b""

    def written(self) -> tuple[str, bytes]:
        """All but the thumbnail as JSON, and the thumbnail."""
        known = {name: value for name, value in asdict(self).items() if name != "thumbnail"}
        return json.dumps(known), self.thumbnail

    @classmethod
    def read(cls, text: str, thumbnail: bytes) -> "Facts":
        """The facts that were written so. Raises ValueError, KeyError or TypeError otherwise.

        >>> facts = Facts(format="PNG", remarks=(("palette", "colours out of a table"),))
        >>> Facts.read(*facts.written()) == facts
        True
        """
        known = json.loads(text)
        return cls(
            fault=tuple(known["fault"]) if known["fault"] else None,
            format=known["format"],
            size=tuple(known["size"]),
            grey=known["grey"],
            remarks=tuple((kind, detail) for kind, detail in known["remarks"]),
            thumbnail=thumbnail,
        )


@dataclass(frozen=True)
class Verdict:
    """What becomes of a file: left out for a problem, or kept with notes; and what it holds.

    `content` is the SHA-256 of the bytes that were examined, where there were any.
    """

    problem: Problem | None
    notes: tuple[Note, ...]
    facts: Facts
    content: bytes = b""


def examine(path: Path, name: str, *, keep: bool = False) -> Verdict:
    """The verdict on a file, reported under `name`.

    `keep` keeps what is a picture though hardly meant as one: several frames, placeholders.

    >>> import tempfile
    >>> from PIL import Image
    >>> path = Path(tempfile.mkdtemp()) / "bee.jpg"
    >>> Image.new("P", (30, 20), 3).save(path, "GIF")
    >>> for note in examine(path, "bee.jpg").notes:
    ...     print(note.kind, "-", note.detail)
    palette - colours out of a table
    one colour - every pixel is the same
    wrong extension - it is GIF
    """
    with quiet():
        content = contents(path, name)
        if isinstance(content, Problem):
            return Verdict(content, (), Facts((content.kind, content.detail)))
        verdict = judge(facts_of(content, keep=keep), name, keep=keep)
        return replace(verdict, content=hashlib.sha256(content).digest())


def facts_of(content: bytes, *, keep: bool = False) -> Facts:
    """What the bytes of a file hold, all of them decoded."""
    seen = decode_bytes(content, "", keep=keep)
    if isinstance(seen, Problem):
        return Facts((seen.kind, seen.detail))
    levels = seen.pixels.permute(1, 2, 0).numpy()
    return Facts(
        format=seen.format,
        size=(levels.shape[0], levels.shape[1]),
        grey=_is_grey(levels),
        remarks=seen.remarks,
        thumbnail=_thumbnail(seen),
    )


def judge(facts: Facts, name: str, *, keep: bool) -> Verdict:
    """The verdict on a file that holds these facts and is called so."""
    if facts.fault:
        return Verdict(Problem(name, *facts.fault), (), facts)
    remarks = list(facts.remarks)
    if is_placeholder(name):
        says = "its name says that it is no picture"
        if not keep:
            return Verdict(Problem(name, "placeholder", says), (), facts)
        remarks.append(("placeholder", says))
    if Path(name).suffix.lower() not in FORMATS[facts.format]:
        remarks.append(("wrong extension", f"it is {facts.format}"))
    return Verdict(None, tuple(Note(name, *remark) for remark in remarks), facts)


def _thumbnail(picture: Picture) -> bytes:
    """The picture in SIDE x SIDE levels of grey."""
    from PIL import Image

    image = Image.fromarray(picture.pixels.permute(1, 2, 0).numpy()).convert("L")
    return image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=4.0).tobytes()


def _is_grey(levels: "NDArray[np.uint8]") -> bool:
    """Whether no pixel (row, column, channel) has a colour; the first row decides mostly."""
    return all(bool((rows[..., :1] == rows[..., 1:]).all()) for rows in (levels[:1], levels))
