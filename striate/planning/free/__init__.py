"""Free sizes: a network planned for an input whose axes are letters, 3xHxW.

Closed forms for each layer, the smallest input, the sizes that fit and those that lose nothing.
"""

from striate.planning.free.letters import FreeSize, has_letters
from striate.planning.free.making import free_of
from striate.planning.free.plan import FreePlan
from striate.planning.free.texts import free_plan

__all__ = ["FreePlan", "FreeSize", "free_of", "free_plan", "has_letters"]
