"""The papers of one case: 初审测算表, 补正告知书, 公示表; as DOCX to edit, PDF to print, HTML to look at.

What is on them comes from the decision as it is told; nothing here judges, adds up or chooses.
"""
