"""Code to read and copy, coloured by Pygments with the theme's own classes."""

from markupsafe import Markup, escape
from pygments import lex
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


def code(title: str, text: str, language: str) -> Code:
    """`language` is a Pygments name: `python`, `bash`, `json`, `yaml`, `text`…"""
    lexer = get_lexer_by_name(language, ensurenl=False, stripnl=False)
    # Lexers end a comment with its line, also in the last.
    *pieces, (last, end) = lex(text.rstrip("\n") + "\n", lexer)
    parts = [_coloured(kind, piece) for kind, piece in (*pieces, (last, end.removesuffix("\n")))]
    return Code(title, Markup("").join(parts), language)


def _coloured(kind: _TokenType, piece: str) -> Markup:
    name = next(
        (name for token, name in CLASSES if token is kind or kind[: len(token)] == token), ""
    )
    if not name or not piece.strip():
        return escape(piece)
    return Markup('<span class="{}">{}</span>').format(name, piece)
