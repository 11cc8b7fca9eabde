"""What each page says: one module per page kind, values in, a frozen view out.

All wording, order and number format is decided here; a template only lays out.
"""
