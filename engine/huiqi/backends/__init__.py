"""Readers of a compiled rulebook; none imports another."""
