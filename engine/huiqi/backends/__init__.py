"""Readers of a plan or of a compiled rulebook. None imports another: what one hands over is answered by whoever runs it."""
