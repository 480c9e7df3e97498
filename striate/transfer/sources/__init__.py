"""Sources: where published weights come from, and what is known of them."""

from striate.transfer.sources.imagenet import imagenet_classes, imagenet_wnids
from striate.transfer.sources.offers import Offer, offers
from striate.transfer.sources.opening import open_weights

__all__ = ["Offer", "imagenet_classes", "imagenet_wnids", "offers", "open_weights"]
