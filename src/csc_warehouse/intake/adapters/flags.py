"""Outcome columns: objects of flags that case systems build by joining text.

Their free-text comment is rarely escaped and the whole may be cut off, so they aren't JSON to rely
on. Landing keeps the flags and drops the comment.
"""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.compute as pc

from csc_warehouse.lake.identity import map_distinct

COMMENT_KEY = 'COMMENTS"'
COMMENT = re.compile(
    r'"[a-z_ ]*comments?[a-z_ ]*"\s*:\s*"?.*?'
    r'(?=,\s*"[a-z][a-z0-9_]*"\s*:\s*"?(?:y|n|yes|no|[0-9]{0,3})"?\s*[,}]|\}\s*$|$)',
    re.IGNORECASE | re.DOTALL,
)
FLAG = re.compile(
    r'"([A-Za-z][A-Za-z0-9_]*)"\s*:\s*"?(Y|N|Yes|No|YES|NO|yes|no|y|n|[0-9]{1,3}|)"?\s*(?=[,}])'
)
LONGEST_LABEL = 60

#: By the words in an organisation's name, the sector that it is of: the first that has one.
SECTORS = {
    "Education": r"school|academy|college|nursery|nurseries|primary|secondary|education|sixth form",
    "Health": r"health|nhs|hospital|surgery|medical|midwi\w+|camhs|clinic|gp|gps|doctors?",
    "Police and justice": r"police|constabulary|probation|youth (offending|justice)|yot|yjs",
    "Housing": r"housing|homes|tenancy",
    "Voluntary sector": r"charity|charities|trust|foundation|voluntary|community|church",
    "Council": r"council|borough|county|local authority|early help|family hubs?|family support"
    r"|children'?s centres?|youth service|social care",
}
OTHER_SECTOR = "Other"
_SECTORS = {name: re.compile(rf"\b({words})\b", re.IGNORECASE) for name, words in SECTORS.items()}


def flags_only(values: pa.ChunkedArray) -> pa.Array:
    """The flags of outcome columns, without the comments between them.

    An object becomes an object of its flags (Y, N, Yes, No, a count, or empty) in the same order,
    however badly its comment was quoted or cut off. Text that is no object is a list of outcome
    labels (Mosaic): it is kept, without any label longer than 60 characters.
    """
    # Comments make every text another one. Where nothing follows them they are cut off first, so
    # that only the few different sets of flags are left to be read.
    texts = values.combine_chunks().fill_null("")
    parts = pc.split_pattern(texts, pattern=COMMENT_KEY, max_splits=1)
    head, rest = (
        pc.list_slice(parts, place, place + 1, return_fixed_size_list=True).flatten()
        for place in (0, 1)
    )
    cut = pc.fill_null(pc.invert(pc.match_substring(rest, '":')), False)
    head = pc.binary_join_element_wise(head, COMMENT_KEY, "")
    return map_distinct(pc.if_else(cut, head, texts), _flags_of)


def labels_only(values: pa.ChunkedArray) -> pa.Array:
    """The same texts, without any that is longer than 60 characters: that is no label but words."""
    texts = values.combine_chunks().fill_null("")
    return map_distinct(texts, lambda text: text if 0 < len(text) <= LONGEST_LABEL else None)


def sectors_only(values: pa.ChunkedArray) -> pa.Array:
    """The sector of each organisation, of SECTORS, or `Other`; its name is not kept.

    What somebody writes into a field for an organisation may be a person's name or a note.
    """
    texts = values.combine_chunks().fill_null("")
    return map_distinct(texts, _sector_of)


def _sector_of(text: str) -> str | None:
    if not text.strip():
        return None
    named = (name for name, words in _SECTORS.items() if words.search(text))
    return next(named, OTHER_SECTOR)


def _flags_of(text: str) -> str | None:
    if "{" in text or '"' in text:
        flags = dict(FLAG.findall(COMMENT.sub("", text)))
        return json.dumps(flags, separators=(",", ":")) if flags else None
    labels = (label.strip() for label in re.split(r"[,;|\n]", text))
    return ", ".join(label for label in labels if label and len(label) <= LONGEST_LABEL) or None
