"""What of others goes with every site: the browser libraries of the live charts, their versions and
licences, with the notices that these ask for.

The versions are those that the installed vl-convert bundles; a test compares them.
"""

from textwrap import wrap

from msgspec import Struct

BSD, ISC, MIT, UNLICENSE = "BSD 3-Clause", "ISC", "MIT", "Unlicense (public domain)"

_VEGA = "University of Washington Interactive Data Lab"
_D3 = "Mike Bostock; Observable, Inc."


class Library(Struct, frozen=True):
    """Something that others wrote."""

    name: str
    version: str
    """Empty where the bundle does not tell it."""

    licence: str
    holder: str
    """Of the copyright."""


def _of(holder: str, licence: str, listed: str) -> tuple[Library, ...]:
    parts = (one.partition("@") for one in listed.split())
    return tuple(Library(name, version, licence, holder) for name, _, version in parts)


LIBRARIES = (
    *_of(f"{_VEGA}; Trifacta Inc.", BSD, "vega@6.2.0"),
    *_of(
        _VEGA,
        BSD,
        "vega-canvas@2.0.0 vega-crossfilter@5.1.0 vega-dataflow@6.1.0 vega-embed@7.0.2 "
        "vega-encode@5.1.0 vega-event-selector@4.0.0 vega-expression@6.1.0 vega-force@5.1.0 "
        "vega-format@2.1.0 vega-functions@6.1.0 vega-geo@5.1.0 vega-hierarchy@5.1.0 "
        "vega-interpreter@2.0.0 vega-label@2.1.0 vega-lite@6.4.1 vega-loader@5.1.0 "
        "vega-parser@7.1.0 vega-projection@2.1.0 vega-regression@2.1.0 vega-runtime@7.1.0 "
        "vega-scale@8.1.0 vega-scenegraph@5.1.0 vega-schema-url-parser@3.0.2 "
        "vega-selections@6.1.0 vega-statistics@2.0.0 vega-themes@3.0.0 vega-time@3.1.0 "
        "vega-tooltip@1.0.0 vega-transforms@5.1.0 vega-util@2.1.0 vega-view@6.1.0 "
        "vega-view-transforms@5.1.0 vega-voronoi@5.1.0 vega-wordcloud@5.1.0",
    ),
    *_of(
        "Mike Bostock; Cynthia Brewer, Mark Harrower, Pennsylvania State University",
        f"{BSD}; {ISC}",
        "d3-geo-projection@4.0.0 d3-scale-chromatic@3.1.0",
    ),
    *_of(
        _D3,
        ISC,
        "d3-array@3.2.4 d3-color@3.1.0 d3-delaunay@6.0.4 d3-dispatch@3.0.1 d3-dsv@3.0.1 "
        "d3-force@3.0.0 d3-format@3.1.0 d3-geo@3.1.1 d3-hierarchy@3.1.2 d3-interpolate@3.0.1 "
        "d3-path@3.1.0 d3-quadtree@3.0.1 d3-scale@4.0.2 d3-shape@3.2.0 d3-time@3.1.0 "
        "d3-time-format@4.1.0 d3-timer@3.0.1 internmap@2.0.3 topojson-client@3.1.0",
    ),
    *_of("Mapbox", ISC, "delaunator@5.0.0"),
    *_of("Isaac Z. Schlueter and Contributors", ISC, "semver"),
    *_of("2013 Joachim Wester", MIT, "fast-json-patch"),
    *_of("Simon Lydell", MIT, "json-stringify-pretty-compact@4.0.0"),
    *_of("OpenJS Foundation and other contributors", MIT, "lodash.debounce@4.0.8"),
    *_of("Vladimir Agafonkin, after Jonathan Shewchuk", UNLICENSE, "robust-predicates@3.0.0"),
)
"""All that is in `assets/vega.*.js`."""

WHENCE = (
    "assets/vega.*.js is the library of the live charts, as bundled by vl-convert "
    "(https://github.com/vega/vl-convert)."
)

LICENCES = {
    BSD: """\
Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions
   and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of
   conditions and the following disclaimer in the documentation and/or other materials provided
   with the distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to
   endorse or promote products derived from this software without specific prior written
   permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR
CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER
IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT
OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
""",
    ISC: """\
Permission to use, copy, modify, and/or distribute this software for any purpose with or without
fee is hereby granted, provided that the above copyright notice and this permission notice appear
in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS
SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE
AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT,
NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE
OF THIS SOFTWARE.
""",
    MIT: """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
""",
}
"""The texts that go with copies of what is under them."""


WIDTH = 100


def _notices() -> str:
    lines = wrap(f"This site contains third-party software: {WHENCE}", WIDTH)
    for licence in dict.fromkeys(one.licence for one in LIBRARIES):
        lines += ["", licence, ""]
        own = [one for one in LIBRARIES if one.licence == licence]
        for holder in dict.fromkeys(one.holder for one in own):
            named = ", ".join(
                f"{one.name} {one.version}".rstrip() for one in own if one.holder == holder
            )
            said = "By" if licence == UNLICENSE else "Copyright (c)"
            lines += wrap(named, WIDTH, initial_indent="  ", subsequent_indent="  ")
            lines.append(f"      {said} {holder}")
    for licence, text in LICENCES.items():
        lines += ["", "", licence, "", text.rstrip()]
    return "\n".join(lines) + "\n"


THIRD_PARTY = _notices()
"""The notices as a file of the site."""
