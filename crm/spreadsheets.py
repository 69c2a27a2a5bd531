"""Cells that a spreadsheet opens as text, whatever somebody has written in them."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A cell that a spreadsheet would run as a formula becomes text."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
