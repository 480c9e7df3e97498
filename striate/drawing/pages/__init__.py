"""Pages: one self-contained HTML file each, with one script of ours that all of them share."""
