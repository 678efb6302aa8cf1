"""The data folder: one supervisor at a time, secrets that stay, and what a killed run leaves."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.core.accounts.settings import AuthSettings
from services.standalone.home import Home, HomeError, is_in_use, write_private
from services.standalone.patience import Patience


class TestLock:
    def test_a_second_holder_is_told_who_has_the_folder(self, tmp_path: Path) -> None:
        first, second = Home(tmp_path), Home(tmp_path)
        first.lock()
        first.describe({"pid": os.getpid(), "address": "http://localhost:8123"})
        with pytest.raises(HomeError, match=f"process {os.getpid()} \\(http://localhost:8123\\)"):
            second.lock()
        first.unlock()
        second.lock()
        second.unlock()

    def test_what_a_killed_holder_left_is_waited_for(self, tmp_path: Path) -> None:
        script = (
            "import os, subprocess, sys\n"
            "from pathlib import Path\n"
            "from services.standalone.home import Home\n"
            "home = Home(Path(sys.argv[1])); home.lock()\n"
            "subprocess.Popen(['sleep', '1'], pass_fds=[home.lock_descriptor])\n"
            "os.kill(os.getpid(), 9)\n"
        )
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
        started = time.monotonic()
        home = Home(tmp_path)
        home.lock()
        assert time.monotonic() - started > 0.3
        home.unlock()

    def test_patience_with_leftovers_has_an_end(self, tmp_path: Path) -> None:
        script = (
            "import os, subprocess, sys\n"
            "from pathlib import Path\n"
            "from services.standalone.home import Home\n"
            "home = Home(Path(sys.argv[1])); home.lock()\n"
            "subprocess.Popen(['sleep', '3'], pass_fds=[home.lock_descriptor])\n"
            "os.kill(os.getpid(), 9)\n"
        )
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
        with pytest.raises(HomeError, match="in use"):
            Home(tmp_path).lock(Patience("leftovers", quiet=0.2))


class TestFolder:
    def test_only_its_owner_may_look_into_it(self, tmp_path: Path) -> None:
        home = Home(tmp_path / "deep" / "data")
        assert home.folder.stat().st_mode & 0o777 == 0o700
        assert home.secrets.stat().st_mode & 0o777 == 0o700

    def test_a_file_in_its_place_is_a_clear_error(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("")
        with pytest.raises(HomeError, match="cannot be used"):
            Home(tmp_path / "data")


class TestSecrets:
    def test_they_are_made_once_and_private(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        keys, pepper = home.signing_keys().read_text(), home.secret("token-pepper")
        again = Home(tmp_path)
        assert again.signing_keys().read_text() == keys
        assert again.secret("token-pepper") == pepper
        assert {file.stat().st_mode & 0o777 for file in home.secrets.iterdir()} == {0o600}

    def test_production_accepts_them(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        auth = AuthSettings.model_validate(
            {"signing_keys_file": home.signing_keys(), "token_pepper": home.secret("token-pepper")}
        )
        auth.check_production()
        assert auth.key_set.keys[0].is_private

    def test_a_kill_in_the_middle_of_writing_leaves_the_old_content(self, tmp_path: Path) -> None:
        file = tmp_path / "secret"
        write_private(file, "old")
        (tmp_path / "secret.part").write_text("half of the new")
        write_private(file, "new")
        assert file.read_text() == "new"
        assert not (tmp_path / "secret.part").exists()


class TestRunning:
    def test_the_environment_is_there_only_while_the_site_runs(self, tmp_path: Path) -> None:
        home = Home(tmp_path)
        home.lock()
        home.write_running({"FRACTAFRAG_DATABASE_URL": "postgresql://here"})
        assert json.loads(home.running.read_text()) == {"FRACTAFRAG_DATABASE_URL": "postgresql://here"}
        assert home.running.stat().st_mode & 0o777 == 0o600
        assert is_in_use(tmp_path)
        home.unlock()
        assert not home.running.exists()
        assert not is_in_use(tmp_path)
