"""Asking: the next question, and the case that answers go into."""
