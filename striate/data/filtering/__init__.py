"""Classical kernels on photos: a kernel that somebody wrote, slid over every channel."""

from striate.data.filtering.filtering import Filtered, filter_photo
from striate.data.filtering.sheets import Sheet, sheet_of

__all__ = ["Filtered", "Sheet", "filter_photo", "sheet_of"]
