"""Which family and major version is a user agent, and on which system?"""

from __future__ import annotations

import re

# The first that is found counts: applications that embed a browser come before it.
_FAMILIES = (
    ("WeChat", r"MicroMessenger/(\d+)"), ("WeCom", r"wxwork/(\d+)"),
    ("DingTalk", r"(?:DingTalk|AliDingTalk)/?\(?(\d+)"), ("Feishu", r"(?:Lark|Feishu)/(\d+)"),
    ("Alipay", r"AlipayClient/(\d+)"), ("Taobao", r"AliApp\(TB/(\d+)"),
    ("Douyin", r"(?:aweme|BytedanceWebview)[_/]?(\d+)"), ("Weibo", r"Weibo \(.*?__weibo__(\d+)"),
    ("Baidu App", r"baiduboxapp/(\d+)"), ("QQ Browser", r"M?QQBrowser/(\d+)"), ("QQ", r"QQ/(\d+)"),
    ("UC Browser", r"UC(?:Browser|WEB)/?(\d+)"), ("Quark", r"Quark/(\d+)"),
    ("Huawei Browser", r"HuaweiBrowser/(\d+)"), ("Mi Browser", r"MiuiBrowser/(\d+)"),
    ("Vivo Browser", r"VivoBrowser/(\d+)"), ("HeyTap Browser", r"HeyTapBrowser/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"), ("Electron", r"Electron/(\d+)"),
    ("Edge", r"(?:Edg|EdgA|EdgiOS|Edge)/(\d+)"), ("Opera", r"(?:OPR|Opera)[/ ](\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"), ("Internet Explorer", r"(?:MSIE |Trident/.*rv:)(\d+)"),
    ("Googlebot", r"Googlebot/(\d+)"), ("Bingbot", r"bingbot/(\d+)"), ("Baiduspider", r"Baiduspider/(\d+)"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS|Chromium)/(\d+)"), ("Safari", r"Version/(\d+)[^\n]*Safari/"),
    ("okhttp", r"okhttp/(\d+)"), ("curl", r"curl/(\d+)"), ("Wget", r"Wget/(\d+)"),
    ("python-requests", r"python-requests/(\d+)"), ("Python-urllib", r"Python-urllib/(\d+)"),
    ("Go-http-client", r"Go-http-client/(\d+)"), ("Java", r"Java/(\d+)"),
    ("Apache-HttpClient", r"Apache-HttpClient/(\d+)"), ("axios", r"axios/(\d+)"), ("node-fetch", r"node-fetch/(\d+)"),
    ("PostmanRuntime", r"PostmanRuntime/(\d+)"), ("Dalvik", r"Dalvik/(\d+)"), ("CFNetwork", r"CFNetwork/(\d+)"),
    ("WebKit", r"AppleWebKit/(\d+)"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"), ("Android", r"Android|Dalvik"), ("iOS", r"iPhone|iPad|iPod|iOS|CFNetwork"),
    ("Windows", r"Windows"), ("macOS", r"Mac OS X|Macintosh"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux|X11"),
)  # fmt: skip
_FAMILY_PATTERNS = tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in _FAMILIES)
_SYSTEM_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _SYSTEMS)
_OWN = re.compile(
    f"(?:{'|'.join(re.escape(name) for name, _ in _FAMILIES)}) [0-9]{{1,4}}"
    f"(?: on (?:{'|'.join(name for name, _ in _SYSTEMS)}))?"
)
_MAX_VERSION_DIGITS = 4


def family(agent: str) -> str | None:
    """`Chrome 116 on Android` for a user agent; None where the family is unknown. Results are results of themselves.

    There is no comma in it: where the user agent has none, it would be a column more.
    """
    if _OWN.fullmatch(agent):
        return agent
    for name, pattern in _FAMILY_PATTERNS:
        version = pattern.search(agent)
        if version is not None and len(version[1]) <= _MAX_VERSION_DIGITS:
            system = next((name for name, pattern in _SYSTEM_PATTERNS if pattern.search(agent)), "")
            return f"{name} {int(version[1])}" + (f" on {system}" if system else "")
    return None
