"""How is pyarrow kept from loading pandas, which it does for the first array that it makes, needed or not?"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def spare_pandas() -> None:
    """Let pyarrow look for pandas now, in vain, which saves a third of a second; who needs pandas later gets it."""
    if "pandas" in sys.modules:
        return
    import pyarrow as pa  # noqa: PLC0415  heavy

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    @staticmethod
    def find_spec(name: str, _path: Any = None, _target: ModuleType | None = None) -> None:  # noqa: ANN401
        """Refuse pandas, and leave all other modules to others."""
        if name == "pandas":
            raise ImportError(name)
