"""Trials: an edit counts as a fix if the whole module runs with it, and each trial is counted."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from torch import nn

from striate.arithmetic.window import Size, show
from striate.inspection.calls import tensors_in
from striate.inspection.diagnosis.edits import Edit
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal, rehearse
from striate.inspection.inspecting import Given

TRIES = 60
_CALLS = 6000
_FEWEST = 16
_WINDOW = re.compile(r"(?:conv|pool|transpose)([123])d$")
_FOLLOWING = 3


@dataclass(frozen=True)
class Fix:
    """What to change, in words, and the size that it gives there."""

    says: str
    gives: Size

    def __str__(self) -> str:
        several = self.says.startswith("inputs ") or " and " in self.says
        return f"{self.says} {'give' if several else 'gives'} {show(self.gives or (1,))}"


@dataclass(eq=False)
class Trials:
    """What was tried on a module that fails: the kinds of change that helped, and tries left."""

    module: nn.Module
    input: Given
    failure: Rehearsal
    mend: Callable[[Rehearsal], Iterator[Edit]]
    """The edits of a layer that agrees with what arrives at it."""
    left: int = 0
    helped: set[str] = field(default_factory=set[str])
    remarks: list[str] = field(default_factory=list[str])
    """What was found beside the fixes."""

    def __post_init__(self) -> None:
        calls = len(self.failure.performed) + 1
        self.left = min(TRIES, max(_FEWEST, _CALLS // calls))

    @property
    def done(self) -> Performed:
        """The call that failed."""
        failed = self.failure.failed
        return failed or Performed("forward", (), {}, (), ("", "forward"), "", None)

    def run(self, *edits: Edit) -> Rehearsal | None:
        """The module with edits; None where an edit cannot be, or all tries are used up."""
        if self.left <= 0:
            return None
        self.left -= 1
        try:
            return rehearse(self.module, self.input, edits)
        except Exception:  # noqa: BLE001 (a layer refuses such numbers)
            return None

    def first(self, edits: Iterable[Edit | None], *, most: int = 12) -> Iterator[Fix]:
        """The first few edits that help, of kinds that did not help yet."""
        for edit in edits:
            if edit is None or edit.kind in self.helped:
                continue
            if most <= 0:
                return
            most -= 1
            found = self.run(edit)
            if found is not None and self.mends(found):
                yield self._fix(found, edit)

    def together(self, edit: Edit | None) -> Iterator[Fix]:
        """An edit, and whatever has to agree with it further on."""
        edits: tuple[Edit, ...] = () if edit is None or edit.kind in self.helped else (edit,)
        while edits and (found := self.run(*edits)) is not None:
            if self.mends(found):
                yield self._fix(found, *edits)
                return
            known = {one.says for one in edits}
            more = next((one for one in self.mend(found) if one.says not in known), None)
            if more is None or len(edits) > _FOLLOWING:
                return
            edits = (*edits, more)

    def mends(self, found: Rehearsal) -> bool:
        """Whether a module ran to its end, and took no batch for channels on its way."""
        if found.error is not None:
            return False
        return _without_batch(self.failure) or not _without_batch(found)

    def _fix(self, found: Rehearsal, *edits: Edit) -> Fix:
        self.helped |= {edit.kind for edit in edits[:1]}
        return Fix(" and ".join(edit.says for edit in edits), self.size_after(found))

    def size_after(self, found: Rehearsal) -> Size:
        """The size that leaves the call that failed, or the module, where the call is gone."""
        turns = sum(done.site == self.done.site for done in self.failure.performed)
        same = [done for done in found.performed if done.site == self.done.site and done.made]
        if self.done.name == "forward" and self.done.owner is not None:
            turns, same = -1, [d for d in found.performed if d.path == self.done.path and d.made]
        if len(same) > max(turns, 0):
            return tuple(same[turns].made[0].shape[1:])
        given = next(tensors_in(found.result), None)
        return () if given is None else tuple(given.shape[1:])


def _without_batch(found: Rehearsal) -> bool:
    """Whether a window slid along values of (channels, *axes) alone."""
    windows = [(done, _WINDOW.search(done.name)) for done in found.performed if done.given]
    return any(match and done.given[0].ndim == int(match[1]) + 1 for done, match in windows)
