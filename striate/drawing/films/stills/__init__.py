"""Films as pictures: one frame, or all of them as a picture that moves."""
