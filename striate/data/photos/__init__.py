"""Photos: pictures of any size, decoded once, kept, and looked at in parts."""
