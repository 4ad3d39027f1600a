"""Make untrusted text safe to display: control and format characters become visible."""

from __future__ import annotations

from functools import partial

# Control and format characters (including zero-width and bidi marks), surrogates, line and paragraph separators.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


class _VisibleCharacters(dict[int, int]):
    """A map from code points to the code points to display, filled on demand."""

    def __missing__(self, code: int) -> int:
        if code < 0x20:
            shown = 0x2400 + code  # control pictures ␀ to ␟: ESC is ␛
        elif code == 0x7F:
            shown = 0x2421
        else:
            shown = 0xFFFD if is_hidden(chr(code)) else code
        self[code] = shown
        return shown


class _JsonEscapes(dict[int, str]):
    r"""A map from code points to their character, or to a JSON escape `\uXXXX` if they are hidden."""

    def __missing__(self, code: int) -> str:
        shown = chr(code)
        if is_hidden(shown):
            units = shown.encode("utf-16-be", "surrogatepass").hex()
            shown = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        self[code] = shown
        return shown


_VISIBLE_CHARACTERS = _VisibleCharacters()
_JSON_ESCAPES = _JsonEscapes()
_ASCII = {
    "≤": "<=", "≥": ">=", "≈": "~", "±": "+/-", "★": "*", "☆": "(*)", "✓": "+", "✗": "x", "×": "x", "·": "*", "÷": "/",
    "−": "-", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "→": "->", "←": "<-", "≟": "=?",
    "°": "deg", "µ": "u", "μ": "u", "Ω": "ohm", "Å": "angstrom", "‰": "permille", "²": "^2", "³": "^3", "Δ": "delta ",
    "€": "EUR", "£": "GBP", "¥": "JPY/CNY",
}  # fmt: skip
"""How signs of this program's own output are spelled on a terminal that cannot show them; others become "?"."""

_ONE_LINE = {0x09: " ", 0x0A: " ", 0x0D: " "}


def is_hidden(character: str) -> bool:
    """Return whether a character is invisible but can change how other characters are displayed."""
    from unicodedata import category

    return category(character) in _HIDDEN


def escape_controls(text: str) -> str:
    """Replace hidden characters: C0 controls and DEL by control pictures (ESC by ␛), others by U+FFFD."""
    return text if text.isprintable() else text.translate(_VISIBLE_CHARACTERS)


def one_line(text: str) -> str:
    """Return a text on one line: line ends and tabs become spaces, other hidden characters as in `escape_controls`."""
    if text.isprintable():
        return text
    return text.replace("\r\n", " ").translate(_ONE_LINE).translate(_VISIBLE_CHARACTERS)


def spell_for(encoding: str, text: str) -> str:
    """Spell signs in ASCII (≤ as <=, ≈ as ~, ★ as *) where an encoding has no character for them.

    Args:
        encoding: Encoding of the terminal.
        text: Text to print.
    """
    if text.isascii() or encoding.lower().startswith("utf"):
        return text
    return "".join(map(partial(_spell_character, encoding), text))


def _spell_character(encoding: str, character: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return _ASCII.get(character, "?")
    return character


def escape_json(json: str) -> str:
    r"""Return equivalent JSON in which hidden characters in strings are written as `\uXXXX`."""
    return json if json.isprintable() else json.translate(_JSON_ESCAPES)
