"""What is asked next, and the case that answers go into."""
