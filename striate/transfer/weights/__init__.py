"""Weights: tensors from somebody else's training, and how they come into a network."""
