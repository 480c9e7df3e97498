"""When the parts of an animation are seen: frames as a style sheet's key frames.

A part is seen in runs of frames, each from a first one to before another. The last frame stands
a little longer, and then the film begins again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from striate.drawing.pictures.svg import number

Run = tuple[int, int]
Runs = tuple[Run, ...]


def runs(frames: Iterable[int]) -> Runs:
    """Frames, in order, as runs.

    >>> runs([0, 1, 2, 5])
    ((0, 3), (5, 6))
    """
    found: list[Run] = []
    for frame in frames:
        if found and found[-1][1] == frame:
            found[-1] = (found[-1][0], frame + 1)
        else:
            found.append((frame, frame + 1))
    return tuple(found)


def within(run: Run, others: Runs) -> Runs:
    """What of a run lies in other runs.

    >>> within((1, 9), ((0, 3), (5, 6)))
    ((1, 3), (5, 6))
    """
    both = ((max(run[0], first), min(run[1], last)) for first, last in others)
    return tuple((first, last) for first, last in both if first < last)


@dataclass
class Timeline:
    """A film of so many frames; names begin with a prefix, so that films can share a page."""

    frames: int
    seconds: float
    prefix: str
    _names: dict[int, str] = field(default_factory=dict[int, str])

    @property
    def always(self) -> Runs:
        """From the first frame to the last."""
        return ((0, self.frames),)

    def during(self, seen: Runs, drawn: str) -> str:
        """What is seen in some runs only; where nothing moves, the last frame decides.

        All runs of one length have the same key frames, and begin at their own time.

        >>> Timeline(4, 1.0, "a").during(((1, 2),), "<path/>")
        '<g visibility="hidden" class="a0" style="animation-delay:-4s"><path/></g>'
        """
        if not drawn or seen == self.always:
            return drawn
        return "".join(self._seen(run, drawn) for run in seen)

    def _seen(self, run: Run, drawn: str) -> str:
        first, last = run
        lasts = last - first + (last == self.frames)
        name = self._names.setdefault(lasts, f"{self.prefix}{len(self._names)}")
        hidden = "" if last == self.frames else ' visibility="hidden"'
        begins = number((first - self.frames - 1) * self.seconds if first else 0.0)
        return f'<g{hidden} class="{name}" style="animation-delay:{begins}s">{drawn}</g>'

    def style(self) -> str:
        """The style sheet of all that has been drawn so far."""
        whole = self.frames + 1
        rules = "".join(
            f"@keyframes {name}{{0%{{visibility:visible}}"
            f"{number(100 * lasts / whole, 4)}%{{visibility:hidden}}}}"
            f".{name}{{animation:{number(whole * self.seconds)}s step-end infinite {name}}}"
            for lasts, name in self._names.items()
        )
        still = ",".join(f".{name}" for name in self._names.values())
        calm = f"@media (prefers-reduced-motion:reduce){{{still}{{animation:none!important}}}}"
        return f"<style>{rules}{calm if still else ''}</style>"
