"""What torch's functions mean in the words of the language, and what the others read."""

from striate.inspection.meanings.meant import does, leaving, meant
from striate.inspection.meanings.reaching import reach, roles_after
from striate.inspection.meanings.table import FORESEEN, MEANINGS

__all__ = ["FORESEEN", "MEANINGS", "does", "leaving", "meant", "reach", "roles_after"]
