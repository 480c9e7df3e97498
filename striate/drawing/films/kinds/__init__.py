"""Every kind of convolution and pooling, and their gradients, as a film: one file for each."""
