"""Checking: what is wrong with a folder of images, file by file and between files."""
