"""How is what anonymity cost drawn? Sizes of classes, loss by column, the path through the lattice."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from anonkit.anonymity.report import BUCKETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from anonkit.anonymity.report import Report

_BEFORE, _AFTER, _MARK = "#98a2b3", "#2e6bd6", "#b42318"
_SPREAD = 100
_CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "SimSun", "Heiti SC", "Hiragino Sans GB", "Songti SC",
    "Arial Unicode MS", "Droid Sans Fallback",
)  # fmt: skip


class _Shown(Figure):
    """A figure that a notebook shows by itself."""

    def _repr_png_(self) -> bytes:
        data = io.BytesIO()
        self.savefig(data, format="png")
        return data.getvalue()


class _Words:
    """Words in a font that has them: with Chinese where a Chinese font is installed."""

    def __init__(self) -> None:
        installed = {font.name for font in font_manager.fontManager.ttflist}
        chinese = next((name for name in _CHINESE if name in installed), None)
        self.families = ["DejaVu Sans"] if chinese is None else [chinese, "DejaVu Sans"]
        self._has_chinese = chinese is not None
        found = [font_manager.findfont(font_manager.FontProperties(family=name)) for name in self.families]
        self._fonts = [font_manager.get_font(path) for path in found]

    def title(self, english: str, chinese: str) -> str:
        """Both, or English alone."""
        return f"{english}  {chinese}" if self._has_chinese else english

    def name(self, name: str, number: int) -> str:
        """The name of a column if it can be drawn, else its number."""
        can = all(any(font.get_char_index(ord(char)) for font in self._fonts) for char in name)
        shown = name if can and name else f"column {number}"
        return shown.replace("$", r"\$")


def plot(report: Report) -> Figure:
    """Three plots side by side, as a figure of matplotlib that belongs to no window."""
    words = _Words()
    figure = _Shown(figsize=(15, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    sizes, columns, path = figure.subplots(1, 3)
    _draw_sizes(sizes, report, words)
    _draw_columns(columns, report, words)
    _draw_path(path, report, words)
    for axes in (sizes, columns, path):
        axes.spines[["top", "right"]].set_visible(False)
        for text in axes.findobj(lambda artist: hasattr(artist, "set_fontfamily")):
            text.set_fontfamily(words.families)
    return figure


def _draw_sizes(axes: Axes, report: Report, words: _Words) -> None:
    """How many classes there are of each size."""
    at = np.arange(len(BUCKETS))
    axes.bar(at - 0.2, report.before.histogram, 0.4, color=_BEFORE, label="before")
    axes.bar(at + 0.2, report.after.histogram, 0.4, color=_AFTER, label="after")
    ends = [*(end - 1 for end in BUCKETS[1:]), None]
    labels = [
        f"{begin:,}+" if end is None else f"{begin:,}" if begin == end else f"{begin:,}-{end:,}"
        for begin, end in zip(BUCKETS, ends, strict=True)
    ]
    axes.set_xticks(at, labels, rotation=40, ha="right")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_xlabel("rows in a class")
    axes.set_ylabel("classes")
    axes.set_title(words.title("Class sizes", "等价类大小"))
    axes.legend(frameon=False)


def _draw_columns(axes: Axes, report: Report, words: _Words) -> None:
    """What each column lost."""
    at = np.arange(len(report.columns))
    axes.barh(at, [100 * one.loss for one in report.columns], color=_AFTER)
    labels = [
        f"{words.name(one.name, number)} ({'mixed' if one.level is None else f'{one.level}/{one.levels - 1}'})"
        for number, one in enumerate(report.columns, 1)
    ]
    axes.set_yticks(at, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("lost, % (level/highest)")
    axes.set_title(words.title("Loss by column", "各列信息损失"))


def _draw_path(axes: Axes, report: Report, words: _Words) -> None:
    """The nodes that were looked at: how high they lie, and what they cost."""
    path = report.path
    kept = [(height, loss) for height, loss in zip(path.heights, path.losses, strict=True) if loss is not None]
    gone = [height for height, loss in zip(path.heights, path.losses, strict=True) if loss is None]
    axes.set_title(words.title("Nodes checked", "搜索路径"))
    axes.set_xlabel("sum of levels")
    axes.set_ylabel(f"{report.loss_name} loss")
    if not path.heights:
        axes.text(0.5, 0.5, "no lattice was searched", ha="center", transform=axes.transAxes)
        return
    if kept:
        axes.plot(*zip(*kept, strict=True), "o", color=_AFTER, alpha=0.35, markersize=4, label="allowed")
        costs = [loss for _, loss in kept]
        if min(costs) > 0 and max(costs) > _SPREAD * min(costs):
            axes.set_yscale("log")
    if gone:
        foot = axes.get_xaxis_transform()
        axes.plot(gone, [0.02] * len(gone), "|", color=_BEFORE, markersize=9, label="too many rows", transform=foot)
    best = None if path.best is None else path.losses[path.best]
    if path.best is not None and best is not None:
        axes.plot([path.heights[path.best]], [best], "*", color=_MARK, markersize=14, label="chosen")
    axes.legend(frameon=False)
