"""A slow, plain-Python reading of the indicator rules, to check the warehouse against.

It shares no code, code list or calendar with the product: lists, loops and `datetime` only, each
rule written as its sentence in section 0 of the indicator rules says it. `dates` has the calendar,
`extract` reads an SSD folder, `rules` has the indicators, `figures` the periods, `histories` makes
random fictional extracts that sit on the boundaries of the rules.
"""
