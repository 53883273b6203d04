"""A small checker of recorded decisions that shares no code with what decides.

It imports nothing of huiqi and nothing but the standard library, so that a fault of the evaluator, of its
numbers or of its reading of JSON cannot hide itself here. It recomputes nothing from the rules: it takes
the JSON alone and asks whether it agrees with itself.
"""
