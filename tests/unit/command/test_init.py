"""`csc init`: a home with its folders, key and settings; what is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from csc_warehouse import home_settings
from csc_warehouse.command.cli import main
from csc_warehouse.places import Home


def test_a_new_home_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "new")
    monkeypatch.setenv("CSC_HOME", str(home.root))
    monkeypatch.setattr("sys.argv", ["csc", "init"])
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
    path = home_settings.path_of(home)
    assert path.read_text(encoding="utf-8") == home_settings.SAMPLE
    (key,) = home.keys.iterdir()
    before = key.read_bytes()
    path.write_text("[load]\nday = 3\n")
    with pytest.raises(SystemExit):
        main()
    assert path.read_text() == "[load]\nday = 3\n"
    assert key.read_bytes() == before
    assert home.landing.is_dir()
    for each in (home.root, home.landing, path, key):
        assert each.stat().st_mode & 0o077 == 0
