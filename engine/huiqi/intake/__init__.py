"""Tables that other people filled in: what stands in every cell, and what may be made of it."""
