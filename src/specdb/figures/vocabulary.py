"""The words and signs of printed figures: modifiers, magnitudes and currencies."""

MODIFIER_WORDS = {
    "about": ("approximately", "approx.", "approx", "about", "around", "roughly", "circa", "ca.", "≈", "~"),
    "at_most": ("up to", "at most", "no more than", "maximum", "max.", "max", "≤", "<="),
    "less_than": ("less than", "fewer than", "below", "under", "<"),
    "at_least": ("at least", "no less than", "minimum", "min.", "from", "≥", ">="),
    "more_than": ("more than", "over", "above", "exceeding", ">"),
    "plus_minus": ("±", "+/-"),
}
"""The words and signs before a figure that stand for each modifier; words in lower case."""

MODIFIER_BEFORE = {word: modifier for modifier, words in MODIFIER_WORDS.items() for word in words}
MODIFIER_AFTER = {"+": "at_least", "or more": "at_least", "or less": "at_most"}
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

COUNT_MAGNITUDES = {"k": "thousand", "K": "thousand", "M": "million"}
"""The magnitude words of letters after a bare count: 12.5k."""

CURRENCY_SIGNS = "$¥€£￥₩₹₽₺₫₦₪₱฿₴"
"""Signs of currencies; a country may precede the first two, as in US$."""
