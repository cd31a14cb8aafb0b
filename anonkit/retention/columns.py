"""Which keys and columns say when a record was made?"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass

from anonkit.retention.times import Clock, newest

_NAMES = frozenset(
    """
    timestamp ts time t datetime date dt day when logtime logdate logtimestamp eventtime eventdate eventtimestamp
    created createdat createdon createddate createdtime createdate createtime creationtime creationdate ctime gmtcreate
    updated updatedat updatedtime updatetime updatedate modified modifiedat modifytime mtime gmtmodified
    occurredat occurtime recordedat recordtime receivedat receivetime reportedat reporttime ingesttime
    requesttime requestedat responsetime accesstime visittime visitedat logintime loginat logouttime
    operatetime operationtime optime actiontime starttime startedat begintime endtime endedat finishtime finishedat
    completedat completetime ordertime orderdate orderedat paytime paidat paymenttime transtime transactiontime
    transactiondate tradetime tradedate submittedat submittime sendtime sentat feedbacktime
    时间 日期 时刻 日期时间 时间戳 创建时间 创建日期 新建时间 更新时间 更新日期 修改时间 发生时间 发生日期
    记录时间 记录日期
    操作时间 操作日期 登录时间 登录日期 访问时间 访问日期 请求时间 下单时间 下单日期 订单时间 订单日期 支付时间
    付款时间 支付日期 完成时间 结束时间 开始时间 交易时间 交易日期 提交时间 提交日期 反馈时间 反馈日期 发送时间
    上报时间 采集时间
    """.split()
)
_NO_WORD = str.maketrans("", "", "_- .@\"'\ufeff")
_DELIMITERS = ",\t;|"
_MOST_NAME_CHARACTERS = 64


@functools.lru_cache(maxsize=1 << 12)
def is_time(name: str) -> bool:
    """Whether a key or a column of this name holds the time of its record."""
    return name.translate(_NO_WORD).lower() in _NAMES


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a table: its delimiter, how many columns it names, and which of them hold times."""

    delimiter: str
    count: int
    times: tuple[int, ...]

    def day(self, row: bytes, clock: Clock) -> int | None:
        """The newest day that a row of UTF-8 holds in these columns; None where it holds none."""
        last = self.times[-1] + 1
        cells = row.split(self.delimiter.encode(), last)
        if b'"' in row and b'"' in b"".join(cells[:last]):
            cells = self._cells(row)
        return newest(clock.of_cell(cells[i]) for i in self.times if i < len(cells))

    def is_row(self, line: bytes, clock: Clock) -> bool:
        """Whether a line, although it stands inside quotes, is a whole row by itself."""
        return len(self._cells(line)) == self.count and self.day(line, clock) is not None

    def _cells(self, row: bytes) -> list[bytes]:
        if b'"' not in row:
            return row.split(self.delimiter.encode())
        text = row.decode("utf-8", "surrogateescape")
        return [cell.encode("utf-8", "surrogateescape") for cell in _parsed(text, self.delimiter)]


def header(line: bytes) -> Header | None:
    """The header that a first line of UTF-8 is, None where it is none."""
    text = line.decode("utf-8", "replace").strip("\ufeff\r\n")
    for delimiter in _DELIMITERS:
        cells = [cell.strip() for cell in _parsed(text, delimiter)]
        times = tuple(i for i, cell in enumerate(cells) if is_time(cell))
        if len(cells) > 1 and times and all(len(cell) <= _MOST_NAME_CHARACTERS for cell in cells):
            return Header(delimiter, len(cells), times)
    return None


def _parsed(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:  # a cell of more than 128 KiB, or a NUL
        return []
