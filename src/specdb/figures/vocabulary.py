"""The words and signs of printed figures: modifiers, magnitudes and currencies."""

MODIFIER_WORDS = {
    "about": (
        *("approximately", "approx.", "approx", "about", "around", "roughly", "circa", "ca.", "ca", "c.", "nearly", "almost"),
        *("≈", "~", "≅", "∼"),
    ),
    "at_most": (
        *("up to", "at most", "no more than", "not more than", "no greater than", "not exceeding", "a maximum of"),
        *("maximum of", "max. of", "max of", "maximum", "max.", "max", "≤", "<=", "≦", "⩽"),
    ),
    "less_than": ("less than", "fewer than", "lower than", "smaller than", "below", "under", "<"),
    "at_least": (
        *("at least", "no less than", "not less than", "no fewer than", "a minimum of", "minimum of", "min. of", "min of"),
        *("minimum", "min.", "min", "starting at", "starting from", "from", "≥", ">=", "≧", "⩾"),
    ),
    "more_than": ("more than", "greater than", "higher than", "over", "above", "exceeding", "upwards of", ">"),
    "plus_minus": ("±", "+/-"),
}
"""The words and signs before a figure that stand for each modifier; words in lower case."""

MODIFIER_BEFORE = {word: modifier for modifier, words in MODIFIER_WORDS.items() for word in words}
MODIFIER_AFTER = {
    "+": "at_least",
    **{
        f"{word} {comparison}": modifier
        for word in ("or", "and")
        for comparison, modifier in {
            **dict.fromkeys(("more", "above", "over", "up", "higher", "greater", "longer", "larger", "better"), "at_least"),
            **dict.fromkeys(("less", "below", "under", "fewer", "lower", "smaller", "shorter"), "at_most"),
        }.items()
    },
    **dict.fromkeys(("at least", "minimum", "min.", "min"), "at_least"),
    **dict.fromkeys(("at most", "maximum", "max.", "max"), "at_most"),
    **dict.fromkeys(("approximately", "approx.", "approx", "circa", "ca.", "ca", "or so"), "about"),
}
MODIFIER_AFTER_UNIT = {
    **dict.fromkeys(("max", "maximum"), "at_most"),
    **dict.fromkeys(("min", "minimum"), "at_least"),
    **dict.fromkeys(("approx", "approximately", "ca", "circa"), "about"),
}
"""The modifier of each word or sign before a figure, after it, and after its unit in the cell of a table ("40 g max.")."""

MODIFIER_SIGNS = "~≈≤<≥>±"
"""The modifier signs of one character."""

MAGNITUDES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
"""The powers of ten of magnitude words, in lower case."""

MONEY_MAGNITUDES = {"k": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9, "t": 12, "tn": 12}
"""The powers of ten of abbreviations beside a currency, in lower case; elsewhere the m in 1.2m is a unit."""

COUNTING_WORDS = {**MAGNITUDES, "lakh": 5, "lakhs": 5, "crore": 7, "crores": 7, "万": 4, "萬": 4, "亿": 8, "億": 8}
"""The powers of ten of magnitude words of English, Indian and Chinese counting."""

COUNT_MAGNITUDES = {"k": "thousand", "K": "thousand", "M": "million"}
"""The magnitude words of letters after a bare count: 12.5k."""

CURRENCY_SIGNS = "$¥€£￥₩₹₽₺₫₦₪₱฿₴"
"""Signs of currencies; a country may precede the first two, as in US$."""

_DOLLARS = (
    "USD CAD AUD NZD SGD HKD TWD MXN ARS BBD BMD BND BSD BZD CLP COP CUP CVE DOP FJD GYD JMD KYD LRD NAD NIO SBD SRD TTD "
    "UYU XCD"
)
CURRENCIES_OF_SIGN = {
    "$": frozenset(_DOLLARS.split()),
    **dict.fromkeys("¥￥", frozenset(("CNY", "RMB", "JPY"))),
    "€": frozenset(("EUR",)),
    "£": frozenset(("GBP", "EGP", "FKP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP")),
    "₩": frozenset(("KRW", "KPW")),
    "₹": frozenset(("INR",)),
    "₽": frozenset(("RUB",)),
    "₺": frozenset(("TRY",)),
    "₫": frozenset(("VND",)),
    "₦": frozenset(("NGN",)),
    "₪": frozenset(("ILS",)),
    "₱": frozenset(("PHP", "CUP")),
    "฿": frozenset(("THB",)),
    "₴": frozenset(("UAH",)),
}
"""The codes that can stand beside each sign of a currency, as in "$1,299 MXN"."""

CURRENCY_WORDS = frozenset(("dollar", "dollars", "euro", "euros", "yen", "yuan", "rmb", "renminbi", "won", "baht"))
"""Words for currencies in lower case."""
