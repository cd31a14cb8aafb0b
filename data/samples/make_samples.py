"""Which made-up data newcomers try anonkit on: rebuilds the four sample files, the same bytes every time.

    python data/samples/make_samples.py [FOLDER]

Names, addresses and companies come from Faker (zh_CN), numbers with check digits from bench/values.py. Nobody in
here exists. Among the values stand their look-alikes: versions, trace ids, hashes, order numbers, timestamps.
Faker's lists differ between versions; the files were made with the one that pyproject.toml pins for development.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faker import Faker

ROOT: Final = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # run as a script from anywhere
    sys.path.append(str(ROOT))

from bench.values import Values  # noqa: E402  needs the line above

if TYPE_CHECKING:
    from collections.abc import Callable

SEED: Final = 20250601
CHINA: Final = timezone(timedelta(hours=8))
START: Final = datetime(2025, 6, 1, 8, 0, tzinfo=CHINA)


class Maker:
    """Values and people from one seed, and a clock that runs on from line to line."""

    def __init__(self, seed: int) -> None:
        self.values = Values(seed)
        self.people = Faker("zh_CN", use_weighting=False)
        self.people.seed_instance(seed)
        self.now = START

    def tick(self) -> datetime:
        """Let up to a minute pass, and tell the time."""
        self.now += timedelta(milliseconds=self.values.number(20, 60_000))
        return self.now

    def address(self) -> str:
        """A postal address without Faker's post code."""
        return self.people.address().rsplit(" ", 1)[0]


def app_log(m: Maker) -> bytes:
    """A Java application's log: Spring lines, JSON, SQL, logfmt, a stack trace, Chinese prose."""
    v, people = m.values, m.people
    messages: list[Callable[[], str]] = [
        lambda: f"用户{people.name()}登录成功,手机号{v.mobile()},来自{v.ipv4()}",
        lambda: f"实名认证通过 姓名:{people.name()} 身份证号:{v.id_card()} 耗时{v.number(5, 900)}ms",
        lambda: f"绑卡请求 cardNo={v.bank_card()} mobile={v.mobile()} channel=UNIONPAY",
        lambda: f"push ok deviceToken={v.hex(64)} msgId={v.uuid()}",
        lambda: (
            f"==> INSERT INTO t_user (name, phone, email) VALUES ('{people.name()}', '{v.mobile()}', '{v.email()}')"
        ),
        lambda: f"收货地址:{m.address()} 联系电话:{v.landline()}",
        lambda: f"车辆入场 车牌{v.plate()} lng={v.longitude()} lat={v.latitude()}",
        lambda: f"设备上报 mac={v.mac()} imei={v.imei()} osVersion={v.version()}",
        lambda: f"登录失败 username=u_{v.opaque(6).lower()} password={v.opaque(10)} ip={v.ipv4()}",
        lambda: f'request body: {{"mobile":"{v.mobile()}","deviceId":"{v.hex(32)}","amount":{v.number(1, 9999)}}}',
    ]
    clean: list[Callable[[], str]] = [
        lambda: f"订单{v.order()}状态变更 PAID -> SHIPPED",
        lambda: f"任务调度完成 traceId={v.hex(32)} 耗时{v.number(1, 900)}ms",
        lambda: f"Starting service version {v.version()} sha256={v.hex(64)}",
        lambda: f"requestId={v.uuid()} ts={1_748_736_000_000 + v.number(0, 86_400_000)} code=200",
        lambda: "高级查询结束,温度传感器方向校验通过,马上重试",
        lambda: "客服热线400-820-8820,服务时间9:00-18:00",
    ]
    lines = []
    for _ in range(190):
        at = m.tick()
        kind = messages if v.random.random() < 0.6 else clean
        level = v.pick(("INFO", "INFO", "INFO", "DEBUG", "WARN"))
        name = f"com.example.{v.pick(('user', 'order', 'pay', 'push'))}.{v.pick(('Service', 'Controller', 'Task'))}"
        message = v.random.choice(kind)()
        lines.append(f"{at:%Y-%m-%d %H:%M:%S}.{v.digits(3)} {level:5} [exec-{v.number(1, 64)}] {name} : {message}")
        if v.random.random() < 0.03:
            lines.append(f"java.lang.IllegalStateException: 手机号 {v.mobile()} 已注册")
            lines.append(f"\tat com.example.user.Service.register(Service.java:{v.number(20, 400)})")
    return _text(lines)


def access_log(m: Maker) -> bytes:
    """A web server's access log, combined format."""
    v = m.values
    paths: list[Callable[[], str]] = [
        lambda: "/index.html",
        lambda: f"/static/app.{v.hex(8)}.js?v={v.version()}",
        lambda: f"/api/v1/order/{v.order()}",
        lambda: f"/api/v1/user?mobile={v.mobile()}&t={v.number(1_748_736_000, 1_748_822_400)}",
        lambda: f"/api/v1/mail?to={v.email().replace('@', '%40')}",
    ]
    lines = []
    for _ in range(150):
        address = v.ipv6() if v.random.random() < 0.1 else v.ipv4()
        request = f"GET {v.random.choice(paths)()} HTTP/1.1"
        at = f"{m.tick():%d/%b/%Y:%H:%M:%S %z}"
        lines.append(f'{address} - - [{at}] "{request}" 200 {v.number(90, 90_000)} "-" "{v.user_agent()}"')
    return _text(lines)


def events_jsonl(m: Maker) -> bytes:
    """Events as JSON lines: nested objects, arrays, numbers without quotes, JSON inside JSON."""
    v, people = m.values, m.people
    lines = []
    for _ in range(120):
        event: dict[str, object] = {
            "ts": int(m.tick().timestamp() * 1000),
            "event": v.pick(("login", "view", "pay", "share")),
            "traceId": v.hex(32),
            "user": {"realName": people.name(), "mobile": int(v.mobile()), "tags": ["vip", "new"]},
            "device": {"oaid": v.uuid(), "appVersion": v.version(), "os": "Android"},
            "ip": v.ipv4(),
        }
        if v.random.random() < 0.4:
            event["contacts"] = [v.mobile(), v.mobile()]
        if v.random.random() < 0.4:
            event["raw"] = json.dumps({"email": v.email(), "idCard": v.id_card(), "orderNo": v.order()})
        lines.append(json.dumps(event, ensure_ascii=False))
    return _text(lines)


def feedback_csv(m: Maker) -> bytes:
    """Customers' feedback: Chinese prose in a table."""
    v, people = m.values, m.people
    texts: list[Callable[[], str]] = [
        lambda: f"我换号了,新手机号是{v.mobile()},旧的{v.mobile()}不用了,麻烦更新一下",
        lambda: f"卡号{v.bank_card()}扣了两次款,请退回,我的身份证{v.id_card()}",
        lambda: f"我叫{people.name()},快递一直没到,地址:{m.address()}",
        lambda: f'客服说"会回电",但没有人打{v.landline()}给我',
        lambda: f"升级到{v.version()}之后打不开,订单{v.order()}也看不到了",
        lambda: f"发票请寄到{v.email()},抬头:{people.company()}",
        lambda: f"停车场把我的车牌{v.plate()}认错了,\n请核对",
        lambda: "界面很好看,温度显示也准,马上推荐给朋友",
        lambda: "400-820-8820一直占线,希望改进",
        lambda: f"加我微信:wx_{v.opaque(8).lower()},电话{v.mobile()[:3]}开头的那个",
    ]
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["id", "time", "customer", "phone", "rating", "feedback"])
    for row in range(1, 121):
        when = m.tick().strftime("%Y-%m-%d %H:%M")
        rows.writerow([row, when, people.name(), v.mobile(), v.number(1, 5), v.random.choice(texts)()])
    return out.getvalue().encode()


SAMPLES: Final[dict[str, Callable[[Maker], bytes]]] = {
    "app.log": app_log,
    "access.log": access_log,
    "events.jsonl": events_jsonl,
    "feedback.csv": feedback_csv,
}


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def make() -> dict[str, bytes]:
    """All samples: file name to content."""
    return {name: build(Maker(SEED + number)) for number, (name, build) in enumerate(SAMPLES.items())}


def main(folder: Path) -> None:
    """Write the samples into `folder`."""
    for name, content in make().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
