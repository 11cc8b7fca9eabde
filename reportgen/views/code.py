"""Code to read and copy, coloured by Pygments with the theme's own classes."""

import re
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup, escape
from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from reportgen.views.page import Code

CLASSES = (
    (Comment, "cm"),
    (String, "st"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Function, "nf"),
    (Name.Class, "nf"),
    (Name.Namespace, "nf"),
    (Name.Builtin, "nf"),
    (Name.Tag, "nf"),
    (Number, "m"),
)


KEPT = 2048
"""Pieces of code that are kept: the models of a sweep have nearly all of theirs in common."""


_COMMENTED = re.compile(r"""(?P<command>[^'"`$<\\#]+)\n(?P<comment>#.*(?:\n#.*)*)""")
"""A command with what is to be known of it: the same command for many runs, their own comments."""


@lru_cache(maxsize=KEPT)
def code(title: str, text: str, language: str) -> Code:
    """`language` is a Pygments name: `python`, `bash`, `json`, `yaml`, `text`…"""
    if language == "bash" and (found := _COMMENTED.fullmatch(text)):
        command = code(title, found["command"], language)
        return Code(title, command.html + "\n" + _in_colour("cm", found["comment"]), language)
    # Lexers end a comment with its line, also in the last.
    *pieces, (last, end) = lex(text.rstrip("\n") + "\n", _lexer(language))
    coloured = [
        (_class_of(kind), piece) for kind, piece in (*pieces, (last, end.removesuffix("\n")))
    ]
    parts = [
        _in_colour(name, "".join(piece for _, piece in same))
        for name, same in groupby(coloured, key=itemgetter(0))
    ]
    return Code(title, Markup("".join(parts)), language)


@lru_cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, ensurenl=False, stripnl=False)


@lru_cache
def _class_of(kind: _TokenType) -> str:
    return next(
        (name for token, name in CLASSES if token is kind or kind[: len(token)] == token), ""
    )


def _in_colour(name: str, piece: str) -> Markup:
    text = escape(piece)
    return Markup(f'<span class="{name}">{text}</span>') if name and piece.strip() else text
