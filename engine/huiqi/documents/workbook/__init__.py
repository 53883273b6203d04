"""The workbook to fill in: laid out once (`layout`), written (`write`), and read back when it is filled (`cells`, `read`).

What must stay true: a filled workbook is read to the very words that a case file would have, with the
address of each cell, so that both are decided alike; nothing in it is taken for told that nobody wrote.
"""
