"""Text that a spreadsheet would run as a formula, and the apostrophe that stops it: put before it, and taken off again."""

# What spreadsheets start a formula with, also as fullwidth and small forms, and the characters that hide one.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠﹦﹢﹣﹫")


def escape_formula(text: str) -> str:
    """The text, with a ' before it where a spreadsheet would run it as a formula, or where it begins with such a '."""
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
    """The text that `harmless` was given."""
    return text[1:] if text[:1] == "'" and escape_formula(text[1:]) == text else text
