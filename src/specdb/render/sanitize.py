"""Untrusted text made safe to look at: what a terminal, a browser or a bidi algorithm would act on becomes visible."""

from __future__ import annotations

# Controls, format characters (zero-width and bidi marks among them), surrogates, line and paragraph separators.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


class _VisibleCharacters(dict[int, int]):
    """Code point to the code point shown for it, worked out as they turn up."""

    def __missing__(self, code: int) -> int:
        if code < 0x20:
            shown = 0x2400 + code  # the pictures: ␀ to ␟, so ESC is ␛
        elif code == 0x7F:
            shown = 0x2421
        else:
            shown = 0xFFFD if is_hidden(chr(code)) else code
        self[code] = shown
        return shown


class _JsonEscapes(dict[int, str]):
    r"""Code point to itself or, where it is hidden, to its JSON escape `\uXXXX`."""

    def __missing__(self, code: int) -> str:
        shown = chr(code)
        if is_hidden(shown):
            units = shown.encode("utf-16-be", "surrogatepass").hex()
            shown = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        self[code] = shown
        return shown


_VISIBLE_CHARACTERS = _VisibleCharacters()
_JSON_ESCAPES = _JsonEscapes()
_ONE_LINE = {0x09: " ", 0x0A: " ", 0x0D: " "}


def is_hidden(character: str) -> bool:
    """Whether the character shows nothing of itself but changes how others are shown."""
    from unicodedata import category

    return category(character) in _HIDDEN


def escape_controls(text: str) -> str:
    """The text with every hidden character replaced: C0 and DEL by its picture (ESC by ␛), others by U+FFFD."""
    return text if text.isprintable() else text.translate(_VISIBLE_CHARACTERS)


def one_line(text: str) -> str:
    """The text on one line: line ends and tabs are spaces, other hidden characters as in `visible`."""
    if text.isprintable():
        return text
    return text.replace("\r\n", " ").translate(_ONE_LINE).translate(_VISIBLE_CHARACTERS)


def escape_json(json: str) -> str:
    r"""JSON of the same meaning in which every hidden character inside a string is written `\uXXXX`."""
    return json if json.isprintable() else json.translate(_JSON_ESCAPES)
