"""Charts as SVG, made when the release is: no script, no colour that says what nothing else says.

Every mark that means something has a shape of its own and a label beside it; every figure in a
chart stands in the table under it too. Presentation is by class, so that one style sheet serves
screen, print and forced colours.
"""

from csc_warehouse.report.charts.frame import BESIDE, NARROW, PAPER, WIDE, Frame, Scale, nice_ticks
from csc_warehouse.report.charts.funnel import funnel
from csc_warehouse.report.charts.icons import (
    ASSURANCES,
    CONFIDENCES,
    VARIATIONS,
    assurance_icon,
    variation_icon,
)
from csc_warehouse.report.charts.ladder import ladder
from csc_warehouse.report.charts.line import line_chart, pack_chart
from csc_warehouse.report.charts.sparkline import sparkline, sparkline_of

__all__ = [
    "ASSURANCES",
    "BESIDE",
    "CONFIDENCES",
    "NARROW",
    "PAPER",
    "VARIATIONS",
    "WIDE",
    "Frame",
    "Scale",
    "assurance_icon",
    "funnel",
    "ladder",
    "line_chart",
    "nice_ticks",
    "pack_chart",
    "sparkline",
    "sparkline_of",
    "variation_icon",
]
