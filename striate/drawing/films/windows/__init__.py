"""Windows on their input: the padding around it, whether they fit, and the sentences about it."""
