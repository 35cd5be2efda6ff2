"""One place in a text, counted in three ways.

Python counts characters (code points), CodeMirror UTF-16 code units, pycrdt UTF-8 bytes. All
functions take the text and a place in it, and raise `ValueError` where the place is not in the
text or lies inside a character. A text of ASCII characters only needs no conversion.
"""


def units_before(text: str, index: int) -> int:
    """Return how many UTF-16 code units stand before a character."""
    return len(_before(text, index).encode("utf-16-le")) // 2 if not text.isascii() else index


def bytes_before(text: str, index: int) -> int:
    """Return how many UTF-8 bytes stand before a character."""
    return len(_before(text, index).encode()) if not text.isascii() else index


def index_of_unit(text: str, unit: int) -> int:
    """Return the index of the character that begins after so many UTF-16 code units."""
    return _index(text, unit, "utf-16-le", 2)


def index_of_byte(text: str, byte: int) -> int:
    """Return the index of the character that begins after so many UTF-8 bytes."""
    return _index(text, byte, "utf-8", 1)


def _before(text: str, index: int) -> str:
    if not 0 <= index <= len(text):
        raise ValueError(f"there is no place {index} in a text of {len(text)} characters")
    return text[:index]


def _index(text: str, place: int, encoding: str, width: int) -> int:
    if text.isascii():
        _before(text, place)
        return place
    encoded = text.encode(encoding)
    if not 0 <= place * width <= len(encoded):
        raise ValueError(f"there is no place {place} in a text of {len(encoded) // width}")
    return len(encoded[: place * width].decode(encoding))
