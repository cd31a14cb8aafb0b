"""How is a workbook of Excel (.xlsx, .xlsm, .xltx) scrubbed with all its formats, and which tables does it hold?

Texts are replaced in the XML of its parts; all else stays as it is, and a part without findings byte for byte. Pictures
are kept and not looked into, but for the thumbnail of a workbook with findings, which shows its cells. What cannot be
looked into (macros, embedded objects, data models) is refused.

A formula stays, with what is found in its literals replaced; what it puts together from several cells that are no
findings is replaced in its result only, and comes back when it is calculated again.
"""

from anonkit.io.tables.xlsx.columns import Table, tables
from anonkit.io.tables.xlsx.scrubbing import scrub

__all__ = ["Table", "scrub", "tables"]
