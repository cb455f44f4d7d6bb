"""Made extracts take their place where others may lie: whole, and over nobody's files."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from csc_warehouse.errors import WrongUse
from csc_warehouse.files import move, private_directory


def placed(out: Path, make: Callable[[Path], object]) -> list[Path]:
    """Let `make` write extracts into a folder of its own, then put them into `out`.

    Files that lie there already are as they would be made (the same arguments make the same bytes),
    or nothing is put there: of a source's folder of a month, what was made is never mixed with what
    was not. Returns the files of `out`, in order. Raises WrongUse naming the folder.
    """
    private_directory(out)
    made = Path(tempfile.mkdtemp(prefix=".extracts.", suffix=".part", dir=out))
    try:
        make(made)
        files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
        for folder in sorted({file.parent for file in files}):
            ours = [file.name for file in files if file.parent == folder]
            if (out / folder).is_dir() and not _is_ours(made / folder, out / folder, ours):
                raise WrongUse(
                    f"{out / folder} has files that this command did not make, or made otherwise "
                    "(another size, seed, source or case system). Nothing was written: give "
                    "another --out, or move that folder away."
                )
        for file in files:
            private_directory((out / file).parent)
            move(made / file, out / file)
    finally:
        shutil.rmtree(made)
    return [out / file for file in files]


def _is_ours(made: Path, there: Path, names: Iterable[str]) -> bool:
    """Whether each file that lies `there` is the one that was made, byte by byte.

    Hidden files, and `_READY`, are nobody's data.
    """
    lying = [
        path.name
        for path in there.iterdir()
        if path.is_file() and not path.name.startswith((".", "_"))
    ]
    return set(lying) <= set(names) and not any(filecmp.cmpfiles(made, there, lying, False)[1:])
