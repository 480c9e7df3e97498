"""Networks that torchvision has not, in plain torch, as people write them: classes with a forward.

Nothing of striate is in them, so that they can judge it. Where an implementation is used so much
that its keys are published names, the classes here have them.
"""
