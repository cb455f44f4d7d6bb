"""The repository's Markdown pages, as a reader meets them: links, anchors, and what is code."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from library.places import PROJECT

#: Where a link of a form or a pull request leads: the page that it stands on is no file.
_ON_MAIN = "../blob/main/"

_FENCE = re.compile(r"^ *(```+|~~~+)[^\n]*\n(.*?)^ *\1 *$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


def pages(*patterns: str) -> list[Path]:
    """The files of the repository that git knows or would add, by their names' patterns."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return sorted(PROJECT / name for name in listed if name and (PROJECT / name).is_file())


def links(text: str) -> list[str]:
    """The targets of the links and pictures of a page that lead to a place in the repository."""
    prose = _SPAN.sub("", _FENCE.sub("", text))
    found = re.findall(r"\]\(([^)\s]+)\)", prose)
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def leads_nowhere(page: Path, target: str) -> bool:
    """Whether the file that a link of `page` names, or the heading in it, is not there."""
    name, _, anchor = target.partition("#")
    if name.startswith(_ON_MAIN):
        place = PROJECT / name.removeprefix(_ON_MAIN)
    else:
        place = page.parent / name if name else page
    if not place.exists():
        return True
    return bool(anchor) and anchor not in anchors(place.read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    """What can stand behind a `#`: a heading as GitHub names it, or an id written out."""
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    seen: dict[str, int] = {}
    for heading in re.findall(r"^#+ +(.*?) *#*$", _FENCE.sub("", text), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        seen[slug] = seen.get(slug, -1) + 1
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
    return found


def code(text: str) -> Iterator[str]:
    """Each code span, and each line of a code block: of a console, what is typed."""
    for _, block in _FENCE.findall(text):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            yield line.strip().removeprefix("$ ")
    for span in _SPAN.findall(_FENCE.sub("", text)):
        yield re.sub(r"\s+", " ", span)
