"""The gallery: every worked example of the lectures as a page with its film, and an index."""

from striate.drawing.gallery.example import Example
from striate.drawing.gallery.making import Gallery, gallery

__all__ = ["Example", "Gallery", "gallery"]
