"""How long do values stay the same, and what is that span of time called in a tag?"""

from __future__ import annotations

from datetime import date

from anonkit.model import Epoch


def code(epoch: Epoch, day: date) -> str:
    """The code of the year, quarter, month or day (in UTC) that `day` lies in: 2026, 20264, 202611, 20261124.

    Empty for "none": values stay the same as long as their key does.
    """
    codes = {
        "none": "",
        "year": f"{day.year:04}",
        "quarter": f"{day.year:04}{(day.month + 2) // 3}",
        "month": f"{day.year:04}{day.month:02}",
        "day": f"{day.year:04}{day.month:02}{day.day:02}",
    }
    return codes[epoch]
