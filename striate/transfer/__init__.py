"""Transfer: what a network learned elsewhere, brought to new images.

Published weights are opened and laid into a network, what is not to be trained is frozen, and what
is frozen is computed once. There is no training loop here: `training` has it.
"""
