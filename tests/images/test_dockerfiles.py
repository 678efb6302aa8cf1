"""Every image has the same shape, runs as an ordinary user and takes nothing from an address."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.images import context
from tests.images.dockerfile import ALL, COMPONENTS, ROOT, STAND_INS, Stage, ancestry, copied_sources, read

PORTS = {"api": "8000", "mcp": "3200", "worker": "3300", "renderer": "3100", "web": "8080", "operator": "3400"}
TITLES = {"title", "description", "licenses", "version", "revision"}
# Packages that a final stage may install; everything else belongs into a build stage.
SYSTEM = {
    "renderer": {"chromium", "libegl1", "libgl1-mesa-dri", "tini", "util-linux"},
    "postgresql": {"libnss-wrapper", "zlib1g"},
    "valkey": {"redis-tools"},
}
PYTHON = {"ca-certificates", "python3"}

every = pytest.mark.parametrize("name", ALL)
every_component = pytest.mark.parametrize("name", COMPONENTS)


def packages(stages: list[Stage]) -> set[str]:
    """What apt installs in `stages`."""
    runs = [run.text for stage in stages for run in stage.all("RUN")]
    lists = [re.findall(r"apt-get install ([^&]*)", text) for text in runs]
    return {word for found in lists for text in found for word in text.split() if not word.startswith("-")}


def test_every_dockerfile_is_tested() -> None:
    beside_code = {
        path.relative_to(ROOT).as_posix()
        for folder in ("services", "operators", "tests/e2e/images")
        for path in (ROOT / folder).glob("*/Dockerfile")
    }
    assert beside_code == set(ALL.values())


@every
def test_stands_on_debian_and_its_own_stages(name: str) -> None:
    stages = read(ALL[name])
    names = {stage.name for stage in stages}
    assert {stage.base for stage in stages} - names == {"debian:bookworm-slim"}


@every
def test_runs_as_an_ordinary_user(name: str) -> None:
    user = "999:999" if name in STAND_INS else "10001:10001"
    assert read(ALL[name])[-1].last("USER").text == user


@every
def test_the_process_gets_signals_itself(name: str) -> None:
    stage = read(ALL[name])[-1]
    assert stage.last("ENTRYPOINT").exec_form
    assert all(command.exec_form for command in stage.all("CMD"))


@every
def test_says_what_it_is(name: str) -> None:
    stage = read(ALL[name])[-1]
    labels = stage.last("LABEL").assignments
    assert {label.removeprefix("org.opencontainers.image.") for label in labels} == TITLES
    assert all(labels.values())
    assert labels["org.opencontainers.image.version"] == "$VERSION"
    assert labels["org.opencontainers.image.revision"] == "$REVISION"
    # Declared as late as they can be: a new revision keeps the layers before.
    assert [instruction.name for instruction in stage.instructions[-3:]] == ["ARG", "ARG", "LABEL"]


@every
def test_takes_nothing_from_an_address(name: str) -> None:
    text = (ROOT / ALL[name]).read_text()
    assert not re.search(r"https?://|\bcurl\b|\bwget\b|\bgit\b|--index|registry", text)
    assert not any(stage.all("ADD") for stage in read(ALL[name]))


@every
def test_needs_no_special_builder(name: str) -> None:
    for stage in read(ALL[name]):
        for instruction in stage.instructions:
            assert instruction.name == "RUN" or set(instruction.options) <= {"from"}
            assert not (instruction.name == "RUN" and "--mount" in instruction.text)


@every
def test_copies_what_the_context_holds(name: str) -> None:
    missing = [source for source in copied_sources(read(ALL[name])) if not context.holds(source)]
    assert not missing


@every
def test_the_final_stage_holds_no_tools_of_the_build(name: str) -> None:
    final = ancestry(read(ALL[name]))
    expected = SYSTEM.get(name, set()) | (PYTHON if name in COMPONENTS else set())
    assert packages(final) == expected


@every_component
def test_shares_its_first_layers_with_the_others(name: str) -> None:
    first = read(ALL[name])[0]
    assert first.name == "base"
    assert first.instructions == read(ALL["api"])[0].instructions


@every_component
def test_has_the_stages_of_the_others(name: str) -> None:
    names = [stage.name for stage in read(ALL[name])]
    assert [stage for stage in names if stage != "page"] == ["base", "build", "code", ""]


@every_component
def test_packages_depend_on_the_lock_file_alone(name: str) -> None:
    build = next(stage for stage in read(ALL[name]) if stage.name == "build")
    copied = [source for copy in build.all("COPY") for source in copy.words[:-1]]
    assert copied == ["tools/__init__.py", "tools/image_packages.py", "pyproject.toml", "requirements.lock"]


@every_component
def test_finds_its_code_and_packages(name: str) -> None:
    stage = read(ALL[name])[-1]
    variables = stage.last("ENV").assignments
    assert variables["PATH"].startswith("/opt/venv/bin:")
    assert variables["PYTHONPATH"] == "/app"
    assert variables["PYTHONUNBUFFERED"] == variables["PYTHONDONTWRITEBYTECODE"] == "1"
    assert variables["HOME"] == "/tmp"
    assert stage.last("WORKDIR").text == "/app"
    assert stage.last("EXPOSE").text == PORTS[name]


def test_the_renderer_has_a_reaper_that_signals_one_process() -> None:
    assert read(ALL["renderer"])[-1].last("ENTRYPOINT").exec_form[:3] == ["/usr/bin/tini", "--", "python"]


@pytest.mark.parametrize("script", sorted((ROOT / "tests/e2e/images").glob("*/[dv]*[!e]")), ids=lambda path: path.name)
def test_scripts_are_programs(script: Path) -> None:
    assert script.stat().st_mode & 0o111 == 0o111
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
