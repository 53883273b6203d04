"""What can be said of all enterprises: what nobody can meet, what never decides, what falls through a table.

The formulas (`backends/smt`) find an enterprise or say that there is none; an enterprise that is found is
written down as a case file and decided by the reference, which has the last word. What must stay true:
nothing is shown as true that the reference does not confirm, and nothing is called impossible that was only
not found: what cannot be said, and what there was no time for, is 未证明.
"""
