"""Is this the number of a bank card?"""

# ruff: noqa: PLR2004  the numbers here are those of the standards

from __future__ import annotations

from anonkit.detect.validators.digits import bare_digits, luhn

# First digits (inclusive range) of the issuers' numbers, and how long their numbers are.
_BINS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (62, 62, (16, 17, 18, 19)),  # UnionPay
    (81, 81, (16, 17, 18, 19)),  # UnionPay, abroad
    (9558, 9559, (16, 19)),  # ICBC and others, before UnionPay's 62
    (6013, 6014, (16, 19)),  # Bank of China, Bank of Communications
    (4367, 4367, (16, 19)),  # China Construction Bank, 19 digits under a Visa prefix
    (4563, 4563, (16, 19)),  # Bank of China, 19 digits under a Visa prefix
    (690755, 690755, (15, 18)),  # China Merchants Bank
    (4, 4, (16,)),  # Visa
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),  # Mastercard
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (300, 305, (14, 16)),  # Diners Club
    (3095, 3095, (14, 16)),
    (36, 36, (14, 16)),
    (38, 39, (14, 16)),
    (6011, 6011, (16, 19)),  # Discover
    (644, 649, (16, 19)),
    (65, 65, (16, 19)),
    (3528, 3589, (16, 19)),  # JCB
    (5018, 5020, (16, 18, 19)),  # Maestro, Dankort
    (5038, 5038, (16, 18, 19)),
    (5893, 5893, (16, 18, 19)),
    (6304, 6304, (16, 18, 19)),
    (6759, 6759, (16, 18, 19)),
    (6761, 6769, (16, 18, 19)),
    (2200, 2204, (16, 17, 18, 19)),  # Mir
)


def _bin_table() -> dict[bytes, frozenset[int]]:
    """The first four digits -> the lengths that an issuer uses with them."""
    table: dict[bytes, frozenset[int]] = {}
    for first, last, lengths in _BINS:
        width = len(str(first))
        low, high = first * 10 ** max(0, 4 - width), (last + 1) * 10 ** max(0, 4 - width) - 1
        if width > 4:
            low, high = first // 10 ** (width - 4), last // 10 ** (width - 4)
        of_issuer = frozenset(lengths)
        for four in [b"%04d" % number for number in range(low, high + 1)]:
            known = table.get(four)
            table[four] = of_issuer if known is None else of_issuer | known
    return table


LENGTHS_OF_BIN = _bin_table()


def bank_card(value: bytes) -> bool:
    """Bank card number that stands alone: an issuer's prefix, its length, and Luhn's check digit."""
    number = bare_digits(value)
    lengths = LENGTHS_OF_BIN.get(number[:4])
    return lengths is not None and len(number) in lengths and luhn(number)
