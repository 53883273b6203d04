"""Registers: many enterprises at once, made up for trying, simulated under another policy."""
