"""What is measured: four corpora, made from a seed, so that everybody measures the same bytes.

    mixed   a company's application log: Spring lines, JSON payloads, logfmt, SQL, access lines, Chinese prose;
            about 7,000 personal values a megabyte
    clean   the same kind of log without a personal value, but with everything that looks like one
    access  a web server's access log, combined format
    jsonl   events, one JSON object a line, with JSON inside JSON

Every value is made anew: a memo of values seen before does not help.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bench.values import Values

if TYPE_CHECKING:
    from pathlib import Path

Line = Callable[[Values], str]

SERVICES: Final = "UserService OrderController PayGateway PushSender LoginFilter AuditAspect FaceClient SmsTask".split()
PACKAGES: Final = "com.example.user com.example.order com.example.pay com.example.push com.example.audit".split()
LEVELS: Final = "INFO INFO INFO INFO INFO DEBUG DEBUG WARN ERROR".split()
PATHS: Final = "/api/v1/user/profile /api/v1/order/list /api/v2/pay/notify /static/app.js /health /m/index.html".split()
STEPS: Final = (
    "任务调度完成 缓存已刷新 连接池状态正常 开始处理消息 高级查询结束 温度传感器上报 方向校验通过 马上重试".split()
)


def spring(v: Values, message: str) -> str:
    """`message` as a Spring Boot application writes it."""
    at = f"2025-{v.number(1, 12):02d}-{v.number(1, 28):02d} {v.number(0, 23):02d}:{v.number(0, 59):02d}:{v.digits(2)}"
    thread = f"http-nio-8080-exec-{v.number(1, 200)}"
    name = f"{v.pick(PACKAGES)}.{v.pick(SERVICES)}"
    return f"{at[:17]}{int(at[17:]) % 60:02d}.{v.digits(3)} {v.pick(LEVELS):5} 1 --- [{thread}] {name} : {message}"


def compact(value: object) -> str:
    """`value` as JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def combined(v: Values, address: str, path: str) -> str:
    """An access line in the combined format of Apache and nginx."""
    at = f"{v.number(1, 28):02d}/Jun/2025:{v.number(0, 23):02d}:{v.number(0, 59):02d}:{v.number(0, 59):02d} +0800"
    return f'{address} - - [{at}] "GET {path} HTTP/1.1" 200 {v.number(90, 90000)} "-" "{v.user_agent()}"'


PERSONAL: Final[tuple[Line, ...]] = (
    lambda v: spring(v, f"用户注册成功 userId={v.number(10000, 99999999)} phone={v.mobile()} ip={v.ipv4()}"),
    lambda v: spring(v, f"收到客户反馈:我的手机号是{v.mobile()},邮箱{v.email()},麻烦尽快回电,谢谢"),
    lambda v: spring(v, f"实名认证 姓名:{v.person()} 身份证号:{v.id_card()} 结果=通过 耗时{v.number(3, 900)}ms"),
    lambda v: spring(v, f"绑卡请求 卡号{v.bank_card()} 预留手机{v.mobile()} 渠道=UNIONPAY"),
    lambda v: spring(
        v,
        "request body: "
        + compact(
            {
                "traceId": v.hex(32),
                "user": {"realName": v.person(), "mobile": v.mobile(), "idCard": v.id_card(), "email": v.email()},
                "device": {"mac": v.mac(), "imei": v.imei(), "osVersion": v.version()},
                "ts": 1750000000000 + v.number(0, 9999999999),
            }
        ),
    ),
    lambda v: spring(v, f"push ok deviceToken={v.hex(64)} sha256={v.hex(64)} cost={v.number(1, 300)}ms"),
    lambda v: spring(
        v,
        f"==> Executing: INSERT INTO t_user (id, name, phone, email) VALUES "
        f"({v.number(1, 9999999)}, '{v.person()}', '{v.mobile()}', '{v.email()}')",
    ),
    lambda v: spring(v, f"==> Executing: SELECT * FROM t_order WHERE phone = '{v.mobile()}' AND no = '{v.order()}'"),
    lambda v: spring(v, f"车辆入场 车牌{v.plate()} 道闸{v.number(1, 9)}号 位置 lng={v.longitude()} lat={v.latitude()}"),
    lambda v: spring(v, f"登录失败 来自{v.ipv4()}的请求 username=u_{v.opaque(6).lower()} password={v.opaque(10)}"),
    lambda v: spring(v, f"收货人{v.person()} 收货地址:{v.address()} 联系电话:{v.landline()}"),
    lambda v: spring(
        v,
        "mq payload="
        + compact({"event": "sms", "body": compact({"phone": v.mobile(), "tpl": v.number(100, 999), "ip": v.ipv4()})}),
    ),
    lambda v: combined(v, v.ipv4(), f"{v.pick(PATHS)}?mobile={v.mobile()}&t={1750000000 + v.number(0, 9999999)}"),
    lambda v: combined(v, v.ipv6() if v.random.random() < 0.2 else v.ipv4(), v.pick(PATHS)),
    lambda v: (
        f"ts=2025-06-{v.number(1, 28):02d}T08:{v.number(0, 59):02d}:11Z level=info msg=session client_ip={v.ipv4()} "
        f"uid={v.number(10000, 99999999)} imsi={v.imsi()} trace_id={v.hex(32)} dur={v.number(1, 999)}ms"
    ),
    lambda v: spring(v, f"Cookie: JSESSIONID={v.hex(32).upper()}; lang=zh; Authorization: Bearer {v.opaque(40)}"),
    lambda v: spring(v, f"OAID上报 oaid={v.uuid()} androidId={v.hex(16)} mac={v.mac()} model=M2{v.digits(3)}J2C"),
    lambda v: (
        f"sshd[{v.number(300, 65000)}]: Failed password for invalid user {v.opaque(6).lower()} "
        f"from {v.ipv4()} port {v.number(1024, 65000)} ssh2"
    ),
)
CLEAN: Final[tuple[Line, ...]] = (
    lambda v: spring(v, f"{v.pick(STEPS)} traceId={v.hex(32)} spanId={v.hex(16)} 耗时{v.number(1, 900)}ms"),
    lambda v: spring(v, f"订单{v.order()}状态变更 PAID -> SHIPPED 版本{v.version()} 重试次数={v.number(0, 3)}"),
    lambda v: spring(v, f"Starting Undertow version {v.version()} build sha256={v.hex(64)}"),
    lambda v: spring(v, f"HikariPool-1 - Pool stats (total=50, active={v.number(0, 20)}, idle=10, waiting=0)"),
    lambda v: spring(v, f"requestId={v.uuid()} ts=1750{v.digits(9)} code=200 size={v.number(1, 99999)}"),
    lambda v: spring(v, f"blk_-{v.digits(19)} replicated, offset {v.number(0, 10**10)} length {v.number(0, 67108864)}"),
    lambda v: f"\tat {v.pick(PACKAGES)}.{v.pick(SERVICES)}.invoke({v.pick(SERVICES)}.java:{v.number(20, 900)})",
    lambda v: f"\tat org.springframework.web.servlet.FrameworkServlet.doGet(FrameworkServlet.java:{v.number(90, 999)})",
    lambda v: (
        f"[{v.number(10, 99)}.{v.digits(3)}s][gc] GC({v.number(1, 9999)}) Pause {v.number(100, 900)}M->40M(1024M)"
    ),
    lambda v: spring(v, f"客服热线400-{v.number(100, 999)}-{v.digits(4)},{v.pick(STEPS)},第{v.number(1, 9)}.2.1节"),
)


def mixed_line(v: Values) -> str:
    """A line of an application log; more than half of the lines hold nothing personal."""
    return v.random.choice(PERSONAL if v.random.random() < 0.45 else CLEAN)(v)


def clean_line(v: Values) -> str:
    """A line that holds nothing personal."""
    return v.random.choice(CLEAN)(v)


def access_line(v: Values) -> str:
    """A line of an access log; one in ten asks with a personal parameter."""
    path = v.pick(PATHS)
    if v.random.random() < 0.1:
        path += f"?phone={v.mobile()}&page={v.number(1, 30)}"
    return combined(v, v.ipv4(), path)


def jsonl_line(v: Values) -> str:
    """An event as a JSON object; one in three carries a JSON text inside."""
    event: dict[str, object] = {
        "ts": 1750000000000 + v.number(0, 9999999999),
        "event": v.pick(("login", "view", "click", "pay", "share")),
        "traceId": v.hex(32),
        "user": {"uid": v.number(10000, 99999999), "mobile": int(v.mobile())},
        "device": {"oaid": v.uuid(), "os": "Android", "appVersion": v.version(), "width": 1080},
        "net": {"ip": v.ipv4(), "type": "wifi"},
        "items": [{"sku": v.digits(13), "price": v.number(1, 99999) / 100} for _ in range(v.number(0, 3))],
    }
    if v.random.random() < 0.33:
        event["raw"] = compact({"email": v.email(), "note": "用户备注", "orderNo": v.order()})
    return compact(event)


LINES: Final[dict[str, Line]] = {
    "mixed": mixed_line,
    "clean": clean_line,
    "access": access_line,
    "jsonl": jsonl_line,
}


def write(name: str, target: Path, size_bytes: int, seed: int) -> None:
    """Write corpus `name` of at least `size_bytes` bytes (up to 200 lines more) to `target`."""
    values, line, written = Values(seed), LINES[name], 0
    temporary = target.with_suffix(".part")
    with temporary.open("wb") as out:
        while written < size_bytes:
            batch = "".join(line(values) + "\n" for _ in range(200)).encode()
            written += out.write(batch)
    temporary.replace(target)


def corpus(name: str, folder: Path, size_mb: int, seed: int) -> Path:
    """The file of corpus `name` with about `size_mb` million bytes, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-{size_mb}mb-{seed}.log"
    if not target.exists():
        write(name, target, size_mb * 1_000_000, seed)
    return target
