"""Which made-up values stand in the corpora and the samples: valid by form and check digit, random, of nobody.

Also the near misses that must stay: versions, trace ids, hashes, order numbers.
"""

from __future__ import annotations

from random import Random
from typing import Final

MOBILE_PREFIXES: Final = (
    "130 131 132 133 134 135 136 137 138 139 150 151 152 153 155 156 157 158 159 166 171 173 175 176 177 178 "
    "180 181 182 183 184 185 186 187 188 189 190 191 193 195 196 197 198 199"
).split()
REGIONS: Final = (
    "110101 110105 110108 120101 130102 140105 210102 220102 230103 310104 310115 320106 320214 330106 340102 350203 "
    "360102 370202 410105 420106 430104 440106 440305 450103 460105 500103 510107 520103 530102 610113 620102 650102"
).split()
AREA_CODES: Final = "010 020 021 022 023 024 025 027 028 029 0311 0371 0411 0512 0531 0571 0591 0755 0731 0871".split()
CARD_BINS: Final = "622202 621700 622848 622588 621661 622622 625912 622155 621483 622909 436742 524094".split()
MAIL_HOSTS: Final = "qq.com 163.com 126.com sina.com sohu.com gmail.com outlook.com foxmail.com aliyun.com".split()
MAIL_WORDS: Final = "wang li zhang liu chen yang zhao huang zhou wu sun ma zhu hu lin guo he gao luo xu tian".split()
PLATE_PROVINCES: Final = "京沪津渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云陕甘青"
PLATE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN: Final = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂红玉梅建文辉玲燕鹏华飞浩宇晨佳雪婷欣怡子轩涵博思雨"
CITIES: Final = "北京市朝阳区 上海市浦东新区 广州市天河区 深圳市南山区 杭州市西湖区 无锡市滨湖区 西安市雁塔区".split()
ROADS: Final = "建国路 人民路 中山北路 科技园南路 文三路 太湖大道 天府大道 高新四路 长江东路 学院路 和平街".split()
OPAQUE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Values:
    """Makes values from a seed; the same seed and the same calls give the same values."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, choices: str | list[str] | tuple[str, ...]) -> str:
        """One of `choices`."""
        return choices[int(self.random.random() * len(choices))]

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random.random() * (high - low + 1))

    def digits(self, count: int) -> str:
        """`count` decimal digits."""
        return f"{int(self.random.random() * 10**count):0{count}d}"

    def hex(self, count: int) -> str:
        """`count` lower-case hexadecimal digits."""
        return f"{self.random.getrandbits(4 * count):0{count}x}"

    def opaque(self, count: int) -> str:
        """`count` letters and digits, as in a token."""
        return "".join(self.random.choices(OPAQUE, k=count))

    def mobile(self) -> str:
        """A mobile number of mainland China."""
        return self.pick(MOBILE_PREFIXES) + self.digits(8)

    def landline(self) -> str:
        """A landline number with its area code."""
        code = self.pick(AREA_CODES)
        return f"{code}-{self.number(2, 8)}{self.digits(7 if len(code) == 3 else 6)}"

    def birthday(self) -> str:
        """A date of birth, yyyy-mm-dd."""
        return f"{self.number(1955, 2006)}-{self.number(1, 12):02d}-{self.number(1, 28):02d}"

    def id_card(self) -> str:
        """A resident identity number with its check digit (GB 11643-1999)."""
        body = self.pick(REGIONS) + self.birthday().replace("-", "") + self.digits(3)
        total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]

    def bank_card(self) -> str:
        """A bank card number of a Chinese bank with its Luhn digit (ISO/IEC 7812-1)."""
        start = self.pick(CARD_BINS)
        body = start + self.digits((15 if start[0] in "45" else 18) - len(start))
        return body + luhn_digit(body)

    def email(self) -> str:
        """A mail address at one of the usual hosts."""
        return f"{self.pick(MAIL_WORDS)}{self.pick(('', '.', '_'))}{self.opaque(5).lower()}@{self.pick(MAIL_HOSTS)}"

    def ipv4(self) -> str:
        """An IPv4 address."""
        bits = self.random.getrandbits(32)
        return f"{1 + (bits >> 24) % 223}.{bits >> 16 & 255}.{bits >> 8 & 255}.{1 + (bits & 255) % 254}"

    def ipv6(self) -> str:
        """An IPv6 address in China Telecom's block."""
        return f"240e:{self.hex(3)}:{self.hex(4)}:{self.hex(4)}::{self.hex(4)}"

    def mac(self) -> str:
        """A MAC address of a universal vendor."""
        bits = self.hex(10)
        return ":".join(("3c", *(bits[at : at + 2] for at in range(0, 10, 2))))

    def plate(self) -> str:
        """A number plate."""
        tail = self.pick(PLATE_LETTERS) + self.digits(4) if self.random.random() < 0.7 else "D" + self.digits(5)
        return self.pick(PLATE_PROVINCES) + self.pick("ABCDE") + tail

    def imei(self) -> str:
        """An IMEI with its Luhn digit (3GPP TS 23.003)."""
        body = "86" + self.digits(12)
        return body + luhn_digit(body)

    def imsi(self) -> str:
        """An IMSI of a Chinese network."""
        return "460" + self.pick(("00", "01", "03", "11")) + self.digits(10)

    def uuid(self) -> str:
        """A random UUID (RFC 9562, version 4)."""
        bits = self.hex(32)
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"

    def longitude(self) -> str:
        """A longitude in China, degrees with six decimals."""
        return f"{self.number(100, 122)}.{self.digits(6)}"

    def latitude(self) -> str:
        """A latitude in China, degrees with six decimals."""
        return f"{self.number(22, 42)}.{self.digits(6)}"

    def person(self) -> str:
        """A name of two or three characters."""
        given = self.pick(GIVEN) + (self.pick(GIVEN) if self.random.random() < 0.7 else "")
        return self.pick(SURNAMES) + given

    def address(self) -> str:
        """A postal address."""
        house = f"{self.number(1, 300)}号{self.number(1, 30)}栋{self.number(1, 30)}{self.digits(2)}室"
        return self.pick(CITIES) + self.pick(ROADS) + house

    def user_agent(self) -> str:
        """The user agent of a browser, a phone's web view or a client library."""
        major, build = self.number(90, 131), f"{self.number(4000, 6800)}.{self.number(1, 220)}"
        kind = self.number(0, 4)
        if kind == 0:
            return (
                f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                f"Chrome/{major}.0.{build} Safari/537.36"
            )
        if kind == 1:
            return (
                f"Mozilla/5.0 (iPhone; CPU iPhone OS {self.number(14, 18)}_{self.number(0, 6)} like Mac OS X) "
                f"AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.{self.number(20, 60)}"
            )
        if kind == 2:
            return (
                f"Mozilla/5.0 (Linux; Android {self.number(10, 15)}; M2{self.digits(3)}J{self.number(1, 9)}C) "
                f"AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{major}.0.{build} Mobile Safari/537.36"
            )
        if kind == 3:
            return f"okhttp/4.{self.number(2, 12)}.{self.number(0, 9)}"
        return f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{major}.0) Gecko/20100101 Firefox/{major}.0"

    def order(self) -> str:
        """A near miss: an order number that begins with a date."""
        return f"2025{self.number(1, 12):02d}{self.number(1, 28):02d}{self.digits(12)}"

    def version(self) -> str:
        """A near miss: a version of four numbers, which reads like an address."""
        return f"{self.number(1, 9)}.{self.number(0, 20)}.{self.number(0, 20)}.{self.number(0, 9)}"


def luhn_digit(body: str) -> str:
    """The digit that makes `body` pass the Luhn check (ISO/IEC 7812-1 annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    return str(-(sum(doubled) + sum(int(digit) for digit in body[-2::-2])) % 10)
