"""docker-compose.yml brought up by docker's or podman's own commands, service by service.

Not by a compose program: podman's neither waits for health nor starts what depends on what ended.
Health is asked by the test itself, with the command of the file, since an engine without systemd
does not ask.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import httpx
import yaml

SETTING = re.compile(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}")
#: A start of Airflow on two busy cores.
PATIENCE = 300.0


@cache
def engine() -> str | None:
    """docker or podman, whichever answers."""
    for name in ("docker", "podman"):
        if shutil.which(name):
            asked = subprocess.run([name, "info"], capture_output=True, check=False)
            if asked.returncode == 0:
                return name
    return None


def call(*arguments: str, check: bool = True) -> str:
    """What the engine says to a command. Raises AssertionError with what it said where it fails."""
    done = subprocess.run(
        [str(engine()), *arguments], capture_output=True, text=True, check=False, errors="replace"
    )
    if check and done.returncode:
        raise AssertionError(
            f"{' '.join(arguments[:4])} …: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return done.stdout + done.stderr


def image_of(source: Path, tag: str) -> str:
    """The image built from the sources in a folder."""
    image = f"csc-warehouse:{tag}"
    call("build", *os.environ.get("CSC_BUILD_ARGS", "").split(), "--tag", image, str(source))
    return image


def wait_for(
    asked: Callable[[], Any], what: str, seconds: float = PATIENCE, every: float = 1.0
) -> Any:
    """The first answer that isn't None. Raises AssertionError where there is none in time."""
    deadline = time.monotonic() + seconds
    while (answer := asked()) is None:
        assert time.monotonic() < deadline, f"{what}: not after {seconds:.0f} s"
        time.sleep(every)
    return answer


@dataclass
class Server:
    """The services of a docker-compose.yml under names that begin with `project`.

    `sources` is the folder of the file and `image` what is built there, `settings` is what `.env`
    holds for it, `profiles` those that are asked for.
    """

    project: str
    sources: Path
    image: str
    settings: dict[str, str]
    profiles: frozenset[str] = frozenset()

    @property
    def file(self) -> dict[str, Any]:
        """The compose file with the settings in their places."""

        def put(found: re.Match[str]) -> str:
            name, sign, otherwise = found[1], found[2], found[3]
            if not name:
                return "$"
            value = self.settings.get(name, "")
            assert value or sign != "?", f"{name} is not set: {otherwise}"
            return value or (otherwise if sign == "-" else "")

        read = yaml.safe_load((self.sources / "docker-compose.yml").read_text())
        return dict(_put_into(read, lambda text: SETTING.sub(put, text)))

    @property
    def services(self) -> dict[str, Any]:
        """Those that are asked for; of several replicas each under a number of its own."""
        found: dict[str, Any] = {}
        for service, how in self.file["services"].items():
            if self.profiles >= set(how.get("profiles", [])):
                replicas = how.get("deploy", {}).get("replicas", 1)
                found |= {
                    service if replicas == 1 else f"{service}-{number + 1}": how
                    for number in range(replicas)
                }
        return found

    def name(self, service: str) -> str:
        return f"{self.project}_{service}"

    def up(self) -> dict[str, float]:
        """Start what is not there, in the order of the file; seconds until each was healthy.

        A service of another image than `image` is made anew, as a compose program does.
        """
        for network, how in self.file["networks"].items():
            inside = ["--internal"] if (how or {}).get("internal") else []
            call("network", "create", *inside, self.name(network), check=False)
        begun = time.monotonic()
        took: dict[str, float] = {}
        for service, how in self.services.items():
            for other, wanted in how.get("depends_on", {}).items():
                if wanted["condition"] == "service_healthy":
                    self.wait_until_healthy(other)
            self._make(service, how)
            self.start(service)
            if how.get("restart") == "no":
                assert call("wait", self.name(service)).strip() == "0", self.logs(service)
                took[service] = time.monotonic() - begun
        for service, how in self.services.items():
            if how.get("healthcheck"):
                self.wait_until_healthy(service)
                took[service] = time.monotonic() - begun
        return took

    def _make(self, service: str, how: Mapping[str, Any]) -> None:
        image = self.image if "build" in how else how["image"]
        call("rm", "--force", self.name(service), check=False)
        networks = list(how["networks"])
        arguments = [
            "create", "--name", self.name(service), "--user", how["user"],
            "--network", self.name(networks[0]), "--network-alias", service,
        ]  # fmt: skip
        arguments += ["--read-only"] * how.get("read_only", False)
        arguments += ["--init"] * how.get("init", False)
        for option, key in (("--tmpfs", "tmpfs"), ("--cap-drop", "cap_drop"), ("-p", "ports")):
            arguments += [part for each in how.get(key, []) for part in (option, str(each))]
        if said := how.get("logging"):
            arguments += ["--log-driver", said["driver"]]
            for name, value in said["options"].items():
                arguments += ["--log-opt", f"{name}={value}"]
        for each in how.get("security_opt", []):
            arguments += ["--security-opt", str(each).removesuffix(":true")]
        for volume in how.get("volumes", []):
            if isinstance(volume, str):
                volume = f"{self.name(volume.split(':')[0])}:{volume.split(':', 1)[1]}"
            else:
                volume = f"{volume['source']}:{volume['target']}"
            arguments += ["--volume", volume]
        for secret in how.get("secrets", []):
            file = self.file["secrets"][secret]["file"]
            arguments += ["--volume", f"{file}:/run/secrets/{secret}:ro"]
        for name, value in how.get("environment", {}).items():
            arguments += ["--env", f"{name}={value}"]
        command = how.get("command", [])
        assert isinstance(command, list)
        call(*arguments, image, *command)
        for network in networks[1:]:
            call("network", "connect", self.name(network), self.name(service))

    def beside(self, service: str, *command: str) -> None:
        """Start a container of the image on the inner network that the file does not have."""
        call("rm", "--force", self.name(service), check=False)
        where = ("--network", self.name("inside"), "--network-alias", service)
        call("run", "--detach", "--name", self.name(service), *where, self.image, *command)

    def start(self, service: str) -> None:
        call("start", self.name(service))

    def wait_until_healthy(self, service: str) -> None:
        kind, *command = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        container = self.name(service)

        def asked() -> bool | None:
            state = call("inspect", "--format", "{{.State.Status}}", container).strip()
            assert state in {"running", "created", "configured"}, self.logs(service)
            done = subprocess.run(
                [str(engine()), "exec", container, *command], capture_output=True, check=False
            )
            return True if done.returncode == 0 else None

        wait_for(asked, f"health of {service}")

    def run(self, service: str, *command: str, check: bool = True) -> str:
        """What a command inside a service says."""
        return call("exec", self.name(service), *command, check=check)

    def logs(self, service: str) -> str:
        return call("logs", self.name(service), check=False)

    def kill(self, service: str) -> None:
        call("kill", "--signal", "KILL", self.name(service))

    def down(self) -> None:
        """Nothing of it is left but the folders of the settings."""
        for service in ("collector", *reversed(self.services)):
            call("rm", "--force", "--time", "5", self.name(service), check=False)
        for volume in self.file["volumes"]:
            call("volume", "rm", "--force", self.name(volume), check=False)
        for network in self.file["networks"]:
            call("network", "rm", "--force", self.name(network), check=False)

    @cached_property
    def api(self) -> httpx.Client:
        """Airflow's REST API, as the first administrator."""
        url = f"http://127.0.0.1:{self.settings['CSC_UI_PORT']}"
        client = httpx.Client(base_url=f"{url}/api/v2/", timeout=60, trust_env=False)
        who = json.loads((Path(self.settings["CSC_SECRETS"]) / "first_administrator").read_text())
        user = {"username": who["username"], "password": who["password"]}
        token = client.post(f"{url}/auth/token", json=user).raise_for_status().json()
        client.headers["Authorization"] = f"Bearer {token['access_token']}"
        return client

    def get(self, path: str) -> Any:
        return self.api.get(path).raise_for_status().json()


def _put_into(part: Any, put: Callable[[str], str]) -> Any:
    match part:
        case str():
            return put(part)
        case Mapping():
            return {key: _put_into(each, put) for key, each in part.items()}
        case Sequence():
            return [_put_into(each, put) for each in part]
    return part
