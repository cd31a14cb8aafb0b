"""Which keys and columns say when a record was made?"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass

from anonkit.retention.times import Clock, newest

_NAMES = frozenset(
    """
    timestamp ts time t datetime date dt day when logtime logdate logtimestamp eventtime eventdate eventtimestamp
    created createdat createdon createddate createdtime createdate createtime creationtime creationdate ctime gmtcreate
    updated updatedat updatedtime updatetime updatedate modified modifiedat modifytime mtime gmtmodified
    occurredat occurtime recordedat recordtime receivedat receivetime reportedat reporttime ingesttime
    requesttime requestedat accesstime visittime visitedat logintime loginat logouttime
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
# finishDate, closed_on, lastLoginAt, 签收日期
_LIKE_TIME = re.compile(r"(?i:(?:time|date|stamp|日期|时间|时刻)$|[_-](?:at|on|ts|dt)$)|[a-z](?:At|On|Ts)$")
# The keys of recognizers/date_of_birth.toml: they say nothing of the record.
_IN_BIRTHS = tuple(word.encode() for word in ("irth", "IRTH", "dob", "DOB", "Dob", "orn", "ORN", "csrq", "CSRQ", "生"))
_BIRTH = re.compile(r"birth|dob$|born_?on$|csrq|生日|出生|生于", re.IGNORECASE)
# What is not filled in, the time of a day, a span of time, and years in which nothing was logged.
_NOTHING = re.compile(
    rb"(?i:null|none|nil|n/?a|nan|undefined|false|true|-*|\\n|0+|"
    + "无|未知".encode()
    + rb"|-\d+|-?\d{1,4}(?:\.\d+)?|\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[ap]m)?"
    rb"|\d{1,12}(?:\.\d{1,12})? ?(?:ns|us|ms|s|sec|m|min|h|d|" + "µs|毫秒|秒|分钟|小时|天".encode() + rb")"
    rb"|(?:0\d\d\d|1[0-9]\d\d)-\d\d-\d\d.{0,30})"
)  # fmt: skip
_EXCEL_DIGITS = 5
_EXCEL_DAYS = range(36_526, 73_051)  # of 2000 to 2099, counted from 1900
_NO_WORD = str.maketrans("", "", "_- .@\"'\ufeff")
_DELIMITERS = ",\t;|"
_MOST_NAME_CHARACTERS = 64
_MOST_WORDS = 3


@functools.lru_cache(maxsize=1 << 12)
def is_time(name: str) -> bool:
    """Whether a key or a column of this name holds the time of its record."""
    return name.translate(_NO_WORD).lower() in _NAMES


@functools.lru_cache(maxsize=1 << 12)
def is_like_time(name: str) -> bool:
    """Whether a key or a column of this name holds a time, if what it holds reads as one."""
    return is_time(name) or (_LIKE_TIME.search(name.strip()) is not None and not is_birth(name))


@functools.lru_cache(maxsize=1 << 12)
def is_birth(name: str) -> bool:
    """Whether a key or a column of this name holds the birthday of a person."""
    return _BIRTH.search(name) is not None


def may_hold_births(text: bytes) -> bool:
    """Whether one of the keys in a text may be that of a birthday: a quick look, which is sometimes wrong."""
    return any(word in text for word in _IN_BIRTHS)


def is_unread_cell(cell: bytes, *, is_known: bool) -> bool:
    """Whether a cell or a field that no day could be read from may hold one all the same.

    is_known  whether its name is one of those that always hold times
    """
    cell = cell.strip(b" \t\r\n\"'")
    if _NOTHING.fullmatch(cell):
        return False
    whole = cell.partition(b".")[0]
    return is_known or (whole.isdigit() and len(whole) == _EXCEL_DIGITS and int(whole) in _EXCEL_DAYS)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a table: its delimiter, how many columns it names, and which of them hold times.

    known   those of `times` that always do
    births  the columns that hold birthdays
    """

    delimiter: str
    count: int
    times: tuple[int, ...]
    known: frozenset[int]
    births: frozenset[int]

    def day(self, row: bytes, clock: Clock) -> int | None:
        """The newest day that a row of UTF-8 holds, in whichever column.

        None where the columns of times hold none, or one of them something that was not understood; the clock is
        told what day the row shows then.
        """
        last = self.times[-1] + 1
        cells = row.split(self.delimiter.encode(), last)
        if self.births or (b'"' in row and b'"' in b"".join(cells[:last])):
            cells = self._cells(row)
        day: int | None = None
        is_unread = False
        for i in self.times:
            if i < len(cells):
                own = clock.of_cell(cells[i])
                if own is None:
                    is_unread = is_unread or is_unread_cell(cells[i], is_known=i in self.known)
                elif day is None or own > day:
                    day = own
        if self.births:
            row = b"\n".join(cell for i, cell in enumerate(cells) if i not in self.births)
        later = clock.shown(row) if day is None else clock.shown(row, 0, day)
        if day is None or is_unread:
            clock.note(newest((day, later)))
            return None
        return day if later is None else later

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
        times = tuple(i for i, cell in enumerate(cells) if is_like_time(cell))
        if len(cells) > 1 and times and all(len(cell) <= _MOST_NAME_CHARACTERS for cell in cells):
            known = frozenset(i for i in times if is_time(cells[i]))
            if known or all(cell.count(" ") < _MOST_WORDS for cell in cells):
                births = frozenset(i for i, cell in enumerate(cells) if is_birth(cell))
                return Header(delimiter, len(cells), times, known, births)
    return None


def _parsed(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:  # a cell of more than 128 KiB, or a NUL
        return []
