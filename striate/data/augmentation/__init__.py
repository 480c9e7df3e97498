"""Augmentation: other views of images that keep their meaning; two images mixed in one."""
