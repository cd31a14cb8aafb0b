"""How fast is a DataFrame scrubbed? anonkit and Presidio in one run; writes docs/tables-benchmark.md.

python -m bench.tables                  1,000,000 rows; about five minutes
python -m bench.tables --rows 100000    a quick look; writes nothing unless --write is given

The frame: two columns of Chinese free text (feedback of customers, notes of operators), a phone, an identity number and
an IP address a row, every value distinct. Each measure runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench import inside, report
from bench.values import Values

if TYPE_CHECKING:
    import pandas as pd

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "tables-benchmark.md"
HEADER: Final = "| what | MB | CPU s | MB/s | x Presidio |\n|---|---:|---:|---:|---:|"
WRITTEN: Final = "Written by `{command}`; do not edit, but for the memory at its end. {today}, {machine}."
ABOUT: Final = """\
A DataFrame of {rows:,} rows (see bench/tables.py): two columns of Chinese free text, a phone, an identity number and an
IP address, every value distinct; `scrub(df)` in memory, CPU seconds of one process."""
_WARM_UP_ROWS, _PRESIDIO_ROWS = 2000, 2000
_FEEDBACK: Final[tuple[Callable[[Values], str], ...]] = (
    lambda v: f"客户反馈上周下的订单{v.order()}一直没有发货,催了{v.number(2, 9)}次客服都说在处理,希望尽快给个说法",
    lambda v: f"您好,我的手机号换成{v.mobile()}了,麻烦把原来的号码解绑,验证码一直收不到",
    lambda v: f"收货地址改为{v.address()},收货人{v.person()},麻烦备注一下工作日送货,谢谢",
    lambda v: f"页面打开很慢,大概等了{v.number(5, 60)}秒才出来,换了网络也一样,版本是{v.version()}",
    lambda v: f"商品质量不错,物流也快,就是包装有点简陋,第{v.number(2, 30)}次回购了,会推荐给同事",
    lambda v: f"发票抬头开错了,应该发到{v.email()},金额{v.number(20, 4000)}.{v.digits(2)}元,请重新开一张",
    lambda v: f"退款申请{v.number(1, 15)}天了还没有到账,银行卡是{v.bank_card()},请核实后尽快处理",
    lambda v: f"会员积分少了{v.number(100, 9000)}分,上个月明明还有,请帮忙查一下是什么原因",
)
_NOTE: Final[tuple[Callable[[Values], str], ...]] = (
    lambda v: f"已致电{v.person()}核实情况,客户表示同意换货,等待仓库确认,工单{v.number(1000000, 9999999)}",
    lambda v: f"电话无人接听,已发短信提醒,{v.number(1, 3)}个工作日后再次回访,优先级调整为{v.number(1, 5)}",
    lambda v: f"转交技术部{v.person()}跟进,初步判断是缓存问题,预计{v.number(1, 24)}小时内解决",
    lambda v: f"系统自动关闭:超过{v.number(3, 15)}天未回复,满意度评价{v.number(1, 5)}星",
    lambda v: f"核对身份信息无误后办理了过户手续,旧号{v.mobile()}已停用,资料归档编号{v.number(10000, 99999)}",
    lambda v: f"用户要求升级投诉,已安抚并登记,由主管在今天{v.number(13, 18)}点前回电,补偿方案待定",
)


def frame(rows: int, seed: int) -> pd.DataFrame:
    """The frame of so many rows."""
    import pandas as pd

    v = Values(seed)
    return pd.DataFrame(
        {
            "feedback": [f"{v.pick(_FEEDBACK)(v)}。{v.pick(_FEEDBACK)(v)}" for _ in range(rows)],
            "remark": [v.pick(_NOTE)(v) for _ in range(rows)],
            "phone": [v.mobile() for _ in range(rows)],
            "id_card": [v.id_card() for _ in range(rows)],
            "client_ip": [v.ipv4() for _ in range(rows)],
        }
    )


def _size_bytes(table: pd.DataFrame) -> int:
    """Bytes of UTF-8 of all cells."""
    return sum(len(cell.encode()) for column in table for cell in table[column])


def anonkit(rows: int, seed: int, *, names: bool) -> dict[str, Any]:
    """`Scrubber.scrub` of the frame, with and without the model of names."""
    from dataclasses import replace

    from anonkit import Scrubber
    from anonkit.model import NameSources

    table = frame(rows, seed)
    scrubber = Scrubber()
    if not names:
        scrubber = Scrubber(policy=replace(scrubber.policy, names=NameSources(engines=())))
    scrubber.scrub(table.head(_WARM_UP_ROWS))
    return _timed(lambda: scrubber.scrub(table), table)


def clean(rows: int, seed: int) -> dict[str, Any]:
    """A column of as many rows in which there is nothing to find."""
    import pandas as pd

    from anonkit import Scrubber

    v = Values(seed)
    table = pd.DataFrame(
        {"sku": [f"SKU-{v.number(1000, 9999)}-{v.pick('红黄蓝绿')}色 {v.number(1, 99)}件" for _ in range(rows)]}
    )
    scrubber = Scrubber()
    scrubber.scrub(table.head(_WARM_UP_ROWS))
    return _timed(lambda: scrubber.scrub(table), table)


def presidio(rows: int, seed: int) -> dict[str, Any]:
    """Presidio with five plain patterns, no language model, applied cell by cell, to the first rows."""
    table = frame(min(rows, _PRESIDIO_ROWS), seed)
    work = inside.presidio()
    work(b"13812345678")
    return _timed(lambda: table.map(lambda cell: work(cell.encode())), table)


def _timed(work: Callable[[], object], table: pd.DataFrame) -> dict[str, Any]:
    began = time.process_time()
    work()
    seconds = time.process_time() - began
    return {"bytes": _size_bytes(table), "rows": len(table), "cpu_s": seconds}


MEASURES: Final[dict[str, tuple[str, Callable[[int, int], dict[str, Any]]]]] = {
    "names": ("anonkit, names and all", lambda rows, seed: anonkit(rows, seed, names=True)),
    "patterns": ("anonkit, without the model of names", lambda rows, seed: anonkit(rows, seed, names=False)),
    "clean": ("anonkit, a column with nothing to find", clean),
    "presidio": (f"Presidio, five plain patterns, cell by cell (the first {_PRESIDIO_ROWS} rows)", presidio),
}


def _measured(name: str, rows: int, seed: int) -> dict[str, Any]:
    """One measure, in a process of its own."""
    command = [sys.executable, "-m", "bench.tables", "--one", name, "--rows", str(rows), "--seed", str(seed)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def document(results: dict[str, dict[str, Any]], command: str, rows: int) -> str:
    """The whole of docs/tables-benchmark.md."""
    presidio_speed = results["presidio"]["bytes"] / results["presidio"]["cpu_s"]
    lines = [
        "# Tables: benchmark",
        WRITTEN.format(command=command, today=f"{datetime.now(UTC):%Y-%m-%d}", machine=report.machine()),
        f"Versions: {', '.join(report.versions())}.",
        ABOUT.format(rows=rows),
        HEADER,
    ]
    for name, (title, _) in MEASURES.items():
        one = results[name]
        speed = one["bytes"] / one["cpu_s"]
        lines[-1] += (
            f"\n| {title} | {one['bytes'] / 1e6:,.1f} | {one['cpu_s']:.2f} | {speed / 1e6:.2f} "
            f"| {speed / presidio_speed:.0f} |"
        )
    return "\n\n".join(lines) + "\n"


def main(words: list[str]) -> int:
    """Measure, print, and write the document when the run was complete."""
    parser = argparse.ArgumentParser(prog="python -m bench.tables", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20250601)
    parser.add_argument("--write", action="store_true", help="write the document even for a partial run")
    parser.add_argument("--one", choices=list(MEASURES), help="one measure, as JSON")
    options = parser.parse_args(words)
    if options.one:
        print(json.dumps(MEASURES[options.one][1](options.rows, options.seed)))
        return 0
    results = {name: _measured(name, options.rows, options.seed) for name in MEASURES}
    text = document(results, shlex.join(["python", "-m", "bench.tables", *words]), options.rows)
    print(text)
    if options.write or not words:
        _, title, memory = DOCUMENT.read_text(encoding="utf-8").partition("\n## Memory")  # of bench.memory
        DOCUMENT.write_text(text + title + memory, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
