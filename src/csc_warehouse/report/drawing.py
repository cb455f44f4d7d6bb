"""How a piece of a page or a chart is written: a template of markup with values in its places."""

from __future__ import annotations

from markupsafe import Markup, escape


def drawn(template: str, *values: object, **named: object) -> Markup:
    """`template`, formatted as text is, with what isn't markup escaped.

    As `Markup.format`, which takes four times as long: a report has 50,000 pieces of charts and as
    many figures.
    """
    return Markup(
        template.format(*map(_safe, values), **{name: _safe(each) for name, each in named.items()})
    )


def _safe(value: object) -> object:
    return value if isinstance(value, float | int) else escape(value)
