"""How do logs write a time at the beginning of a line?

Each form is one regular expression on bytes, with the groups that its day is read from: year or yy, month or mon, day,
and hour, minute, zone where a zone may move the day. Seconds are never captured: lines of one minute then share one
entry of the memo in times.py. Samples of all of them are in tests/test_retention_times.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a time.

    name     what it is called; also the name of its group in the expression that looks for all forms at once
    body     the time itself
    lead     what may stand before it on a line
    in_cell  whether a field or a cell may hold it as well, alone
    """

    name: str
    body: bytes
    lead: bytes = b""
    in_cell: bool = False


_LEVELS = rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)"
# What is bounded cannot be slow, and what is possessive ({1,60}+) is not tried again with less.
_LOGFMT = rb'(?:[\w.@-]{1,40}+=(?:"[^"]{0,200}+"|[^\s"]{0,200}+) ){0,5}?(?:ts|time|timestamp|t|datetime)="?'
_AUDIT = rb"type=\w{1,40} msg=audit\("
# The priority of RFC 5424 and 3164, the service of docker compose, the process of Redis, MySQL's slow log.
_COLOUR = rb"(?:\x1b\[[\d;]{0,16}m){0,4}"
_LEAD = (
    rb"(?:\xef\xbb\xbf)?" + _COLOUR +
    rb"(?:<\d{1,3}>(?:1 )?|[\w.-]{1,60}+ {1,40}+\| |\d{1,9}+:[A-Z] |# ?Time: |" + _AUDIT + rb"|" + _LOGFMT + rb")?"
    rb"(?:\[?" + _COLOUR + _LEVELS + _COLOUR + rb"\]?" + _COLOUR + rb"[ \t:|,-]{1,4}"
    rb"|\[[^\]\[]{1,64}+\][ \t]{0,4}){0,3}?" + _COLOUR + rb"[\[(\"']?" + _COLOUR
)  # fmt: skip

_YMD = rb"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
_MONTH = rb"(?P<mon>" + "|".join(MONTHS).encode() + rb")[a-z]{0,6}"
_WEEKDAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? "
_SECONDS = rb"(?::\d\d)?(?:[.,:]\d{1,9})?"
_CLOCK = rb"(?P<hour>\d\d?):(?P<minute>\d\d)" + _SECONDS
_ZONE = rb"(?:(?P<zone> ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)|[+-]\d\d)(?!\w))?"
_ISO = (
    rb"(?P<year>(?:19|20)\d\d)(?P<s>[-/.])(?P<month>\d\d?)(?P=s)(?P<day>\d\d?)"
    # The day alone counts too, but three numbers with dots are more often a version.
    rb"(?:(?:[T_]| {1,2}|, )" + _CLOCK + _ZONE + rb"|(?<!\.\d)(?<!\.\d\d)(?![\w./-]))"
)  # fmt: skip
_DAY_FIRST = (
    rb"(?:"
    + _WEEKDAY
    + rb")?(?P<day>\d\d?)(?P<s>[-/ ])"
    + _MONTH
    + rb"(?P=s)(?P<year>(?:19|20)\d\d)[: T]"
    + _CLOCK
    + _ZONE
)

FORMS = (
    Form("iso", _ISO, _LEAD, in_cell=True),
    Form(
        "syslog",
        _MONTH + rb" {1,2}(?P<day>\d\d?)(?:,? (?P<year>(?:19|20)\d\d),?)? \d\d?:\d\d:\d\d",
        _LEAD,
    ),
    # Apache's error log, date(1), asctime(3)
    Form(
        "ctime",
        _WEEKDAY
        + _MONTH
        + rb" {1,2}(?P<day>\d\d?) "
        + _CLOCK
        + rb"(?: [A-Z]{2,5})?(?P<zone> [+-]\d{4})? (?P<year>(?:19|20)\d\d)(?!\w)",
        _LEAD,
        in_cell=True,
    ),
    # Tomcat, Redis, RFC 5322
    Form("day_first", _DAY_FIRST, _LEAD, in_cell=True),
    # Apache and nginx access logs: addresses and a user before the bracket
    Form("access", _DAY_FIRST, rb"[^\[\r\n]{1,300}+\["),
    Form("logcat", rb"(?P<month>\d\d)-(?P<day>\d\d) \d\d:\d\d:\d\d\.\d{3}(?!\d)", _LEAD),
    Form("glog", rb"[IWEFD](?P<year>(?:19|20)\d\d)?(?P<month>\d\d)(?P<day>\d\d) \d\d:\d\d:\d\d\.\d{1,9}(?!\d)"),
    # 05/01/24 may be three days: only with Spark's level behind it the year comes first.
    Form(
        "spark",
        rb"(?P<yy>\d\d)/(?P<month>\d\d)/(?P<day>\d\d) \d\d:\d\d:\d\d(?:[.,]\d{1,9})? " + _LEVELS + rb"\b",
    ),
    # HDFS, and MySQL before 5.7
    Form(
        "hdfs",
        rb"(?P<yy>\d\d)(?P<month>\d\d)(?P<day>\d\d) (?:\d{6} \d{1,9} " + _LEVELS + rb"\b| ?\d\d?:\d\d:\d\d)",
    ),
    # HealthApp, whose numbers are not padded
    Form(
        "compact",
        _YMD + rb"[-_T ](?P<hour>\d\d?):(?P<minute>\d\d?):\d\d?(?:[.,:]\d{1,9})?" + _ZONE,
        _LEAD,
        in_cell=True,
    ),
    # ISO 8601, basic format
    Form("basic", _YMD + rb"[-_T ](?P<hour>\d\d)(?P<minute>\d\d)\d\d(?:[.,]\d{1,9})?" + _ZONE, _LEAD, in_cell=True),
    Form(
        "chinese",
        r"(?P<year>(?:19|20)\d\d) ?年 ?(?P<month>\d\d?) ?月 ?(?P<day>\d\d?) ?(?:日|号)".encode(),
        _LEAD,
        in_cell=True,
    ),
    # Squid, auditd; ten digits alone may be anything
    Form("epoch", rb"(?P<epoch>\d{10}\.\d{1,9})(?!\d)", _LEAD),
    Form("logfmt", rb"(?P<epoch>\d{10}|\d{13})(?:\.\d{1,9})?(?!\d)", _LOGFMT),
    # OpenStack: the name of the file before each line
    Form("openstack", _ISO, rb"(?:[^\s.]{1,60}+\.){1,4}?log\S{0,100}+ "),
)

LINES = {form.name: re.compile(form.lead + form.body) for form in FORMS}
CELLS = {form.name: re.compile(form.body) for form in FORMS if form.in_cell}

_NAMED = re.compile(rb"\(\?P(<|=)(\w+)")


def any_line() -> re.Pattern[bytes]:
    """One expression for all forms, the lead that many share looked at once; `lastgroup` of a match names the form."""
    leads: dict[bytes, list[bytes]] = {}
    for form in FORMS:
        name = form.name.encode()
        leads.setdefault(form.lead, []).append(b"(?P<%s>%s)" % (name, _renamed(form.body, name)))
    return re.compile(b"|".join(b"%s(?:%s)" % (lead, b"|".join(bodies)) for lead, bodies in leads.items()))


def _renamed(pattern: bytes, prefix: bytes) -> bytes:
    """The same expression, its groups with a name of their own."""
    return _NAMED.sub(lambda m: b"(?P%s%s_%s" % (m[1], prefix, m[2]), pattern)
