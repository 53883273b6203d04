"""Whole columns at once: what `decide_many` does where everything told can be read.

Each distinct word of a column is read once, by the reader of cases (`cells`); rows go through the plan's kernels (`rows`), under each way
of deciding open readings (`readings`), of a measure for each record every record of theirs (`records`); those that stand alike once
(`standing`). Standing and reason are put together from single conditions (`composed`), else worded once for all rows in which the kernel
took the same way (`ways`). Of which rows there is to remind is asked beside (`reminding`). What must stay true: a row about which there is
anything to complain, to ask or to settle is left to whoever reads rows one by one, so that nothing comes out otherwise for having come in a table.
"""

from .cells import Cells, Column, Part, RowByRow
from .reminding import Reminding
from .rows import decided

__all__ = ["Cells", "Column", "Part", "Reminding", "RowByRow", "decided"]
