"""What a register is asked of every applicant, by the names of the shared vocabulary.

What must stay true: these two names stand here and nowhere else; a rulebook without such a fact is told nothing by it.
"""

CODE = "统一社会信用代码"
COUNTY = "注册地县区"

__all__ = ["CODE", "COUNTY"]
