"""The limits: the same parts with nothing of ours around them."""
