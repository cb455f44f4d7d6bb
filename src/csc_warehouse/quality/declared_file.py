"""A YAML file with the line of each thing in it, so that what is wrong can be found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from csc_warehouse.errors import CscError


@dataclass(frozen=True)
class DeclaredFile:
    """A YAML file of keys: what it declares, and the tree that knows where each part stands.

    A part is named by the steps to it: keys, and the numbers of entries, the first being 0.
    """

    path: Path
    declared: Mapping[str, Any]
    tree: yaml.Node

    @classmethod
    def read(cls, path: Path) -> DeclaredFile:
        """Read the file. Raises CscError, with the line, where it is no YAML or has no keys."""
        loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
        try:
            tree = loader.get_single_node()
            declared = loader.construct_document(tree) if tree else None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise CscError(f"{_place(path, line)}: this is not YAML: {error.problem}.") from error
        finally:
            loader.dispose()
        if not tree or not isinstance(declared, Mapping):
            raise CscError(f"{_place(path, 1)}: the file must have keys. Compare it with another.")
        return cls(path, declared, tree)

    def line(self, *steps: str | int) -> int:
        """The line, the first being 1, of a key or entry; of a block of text, its first."""
        node, line = self.tree, self.tree.start_mark.line
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                key, node = next(pair for pair in node.value if pair[0].value == step)
                line = key.start_mark.line
            else:
                node = node.value[step]
                line = node.start_mark.line
        is_block = isinstance(node, yaml.ScalarNode) and node.style == "|"
        return int(line) + (2 if is_block else 1)

    def place(self, *steps: str | int) -> str:
        """Folder, file and line of a part."""
        return _place(self.path, self.line(*steps))

    def error(self, what: str, *steps: str | int) -> CscError:
        """What is wrong with a part, for people."""
        return CscError(f"{self.place(*steps)}: {what}.")

    def require_keys(self, known: Collection[str], *steps: str | int) -> None:
        """Raise CscError at the first key of a part that is not `known`; a part may be missing."""
        part: Any = self.declared
        for step in steps:
            if isinstance(step, str) and not (isinstance(part, Mapping) and step in part):
                return
            part = part[step]
        for name in part if isinstance(part, Mapping) else ():
            if name not in known:
                near = get_close_matches(str(name), known, 1)
                meant = f"did you mean {near[0]}" if near else f"there are {', '.join(known)}"
                raise self.error(f"there is no key {name}; {meant}", *steps, name)


def _place(path: Path, line: int) -> str:
    return f"{'/'.join(path.parts[-3:])}, line {line}"
