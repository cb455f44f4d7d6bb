"""What the image holds, as CycloneDX: the packages of Python and of Debian, with their versions.

`make image` runs it inside the image: python - < docker/contents.py
"""

import json
import subprocess
from importlib.metadata import distributions
from urllib.parse import quote


def _component(kind: str, name: str, version: str) -> dict[str, str]:
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:{kind}/{quote(name)}@{quote(version)}",
    }


def contents() -> dict[str, object]:
    """The bill of materials: shape of CycloneDX 1.6, without a date or a serial number."""
    python = {(each.name.lower(), each.version) for each in distributions()}
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${Version}\n"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    debian = {tuple(line.split()) for line in listed.splitlines()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [
            *(_component("pypi", *each) for each in sorted(python)),
            *(_component("deb/debian", *each) for each in sorted(debian)),
        ],
    }


if __name__ == "__main__":
    print(json.dumps(contents(), indent=1))
