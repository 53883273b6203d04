"""Rounds: registers of enterprises read, decided, shared out; the rows of the tables that come of it."""
