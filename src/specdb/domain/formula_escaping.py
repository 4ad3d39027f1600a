"""Escape text that a spreadsheet would run as a formula, and undo the escape."""

# Characters that start a formula, with their fullwidth and small forms, and control characters that can hide one.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")


def escape_formula(text: str) -> str:
    """Prefix an apostrophe where a spreadsheet would run the text as a formula.

    Text that starts with apostrophes and then a formula is prefixed too, so that `unescape_formula` restores any text.
    """
    if not text or text[0].isalnum():
        return text
    bare = text.lstrip("'")
    if bare[:1] in _STARTS:
        return f"'{text}"
    for character in bare:
        if character.isprintable() and not character.isspace():
            return f"'{text}" if character in _STARTS else text
    return text


def unescape_formula(text: str) -> str:
    """Return the text that `escape_formula` was called with."""
    return text[1:] if text[:1] == "'" and escape_formula(text[1:]) == text else text
