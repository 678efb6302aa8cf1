"""The environment of an image: only what was wanted, and nothing whose bytes the lock file does not know."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import image_packages
from tools.image_packages import PackagesError, cut, locked, main, requirements

LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:aa
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:bb
ruamel-yaml==1.0
"""
PROJECT = {"project": {"dependencies": ["httpx2>=0.28"], "optional-dependencies": {"web": ["starlette>=1.6"]}}}


class TestWhatIsWanted:
    def test_the_core_an_extra_and_a_package(self) -> None:
        assert requirements(PROJECT, ["core", "extra:web", "redis"]) == ["httpx2>=0.28", "starlette>=1.6", "redis"]

    def test_an_extra_that_is_not_there(self) -> None:
        with pytest.raises(PackagesError, match="no extra wbe"):
            requirements(PROJECT, ["extra:wbe"])


class TestTheLockFile:
    def test_the_version_that_was_resolved_is_cut_out_with_its_hashes(self) -> None:
        assert "".join(cut("numpy==2.5.5\n", locked(LOCK))).endswith("'3.12' \\\n    --hash=sha256:bb\n")

    @pytest.mark.parametrize("line", ["numpy==2.6", "left-pad==1.0", "ruamel.yaml==1.0", "x @ file:///x"])
    def test_what_it_has_no_hash_for_is_refused(self, line: str) -> None:
        with pytest.raises(PackagesError, match="has no hash for"):
            list(cut(line, locked(LOCK)))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the extra `x`, which is the package `tiny`, in a folder of wheels instead of a registry."""
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny/__init__.py", "TRUE = True\n")
        file.writestr("tiny/tests/__init__.py", "")
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tiny-1.0.dist-info/RECORD", "")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "p"\nversion = "1"\ndependencies = []\noptional-dependencies = {x = ["tiny"]}\n'
        f'[tool.uv.pip]\nno-index = true\nfind-links = ["{tmp_path}"]\n'
    )
    write_lock(tmp_path, hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.chdir(tmp_path)
    # uv comes from a registry; this one was installed from the same lock file.
    monkeypatch.setattr(image_packages, "_uv", lambda *_: Path(sys.executable).with_name("uv"))
    return tmp_path


def write_lock(folder: Path, digest: str) -> None:
    """The lock file of `project`."""
    (folder / "requirements.lock").write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n")


class TestTheEnvironment:
    def test_holds_what_was_wanted_compiled_and_without_tests(self, project: Path) -> None:
        assert main([str(project / "v"), "extra:x"]) == 0
        python = project / "v" / "bin" / "python"
        shown = subprocess.run(
            [python, "-c", "import tiny, pathlib; print(tiny.__cached__)"], capture_output=True, text=True, check=True
        )
        compiled = Path(shown.stdout.strip())
        assert compiled.is_file()
        assert {path.name for path in compiled.parents[1].iterdir()} == {"__init__.py", "__pycache__"}
        assert subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 1

    def test_other_bytes_than_the_lock_names_end_the_build(
        self, project: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        write_lock(project, "0" * 64)
        assert main([str(project / "v"), "extra:x"]) == 1
        assert "Hash mismatch" in capfd.readouterr().err

    def test_wrong_usage(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert main(["/nowhere"]) == 2
        assert "usage" in capfd.readouterr().err
