"""Features: what a frozen beginning gives for images, kept on disk under a name that tells all."""

from striate.transfer.features.keeping import keep_features
from striate.transfer.features.naming import features_key

__all__ = ["features_key", "keep_features"]
