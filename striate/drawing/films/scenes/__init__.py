"""From what is asked to a film: options read, numbers opened or made up, kinds chosen, layers."""
