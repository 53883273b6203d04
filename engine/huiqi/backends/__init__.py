"""Readers of a plan. None imports another, none knows a rulebook: what they hand over is answered by whoever runs them."""
