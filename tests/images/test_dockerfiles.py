"""Every image has the same shape, runs as an ordinary user and downloads nothing by itself."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.images import context
from tools.dockerfile import (
    ALL,
    COMPONENTS,
    DOCKERFILE,
    ROOT,
    STAND_INS,
    Stage,
    ancestry,
    copied_sources,
    image,
    last,
    path_of,
    read,
    variables,
)

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
    listed = subprocess.run(["git", "ls-files", "*Dockerfile*"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(listed.stdout.split()) == {DOCKERFILE, *STAND_INS.values()}


def test_every_stage_is_part_of_an_image() -> None:
    needed = {stage.name for name in COMPONENTS for stage in image(name)}
    assert needed == read(DOCKERFILE).keys()


@every
def test_stands_on_debian_and_its_own_stages(name: str) -> None:
    stages = image(name)
    names = {stage.name for stage in stages}
    assert {stage.base for stage in stages} - names == {"debian:bookworm-slim"}


@every
def test_runs_as_an_ordinary_user(name: str) -> None:
    user = "999:999" if name in STAND_INS else "10001:10001"
    assert image(name)[-1].last("USER").text == user


@every
def test_the_process_gets_signals_itself(name: str) -> None:
    stage = image(name)[-1]
    assert stage.last("ENTRYPOINT").exec_form
    assert all(command.exec_form for command in stage.all("CMD"))


@every
def test_says_what_it_is(name: str) -> None:
    stage = image(name)[-1]
    labels = stage.last("LABEL").assignments
    assert {label.removeprefix("org.opencontainers.image.") for label in labels} == TITLES
    assert all(labels.values())
    assert labels["org.opencontainers.image.version"] == "$VERSION"
    assert labels["org.opencontainers.image.revision"] == "$REVISION"
    # Declared as late as they can be: a new revision keeps the layers before.
    assert [instruction.name for instruction in stage.instructions[-3:]] == ["ARG", "ARG", "LABEL"]


@every
def test_takes_nothing_from_an_address(name: str) -> None:
    text = (ROOT / path_of(name)).read_text()
    assert not re.search(r"https?://|\bcurl\b|\bwget\b|\bgit\b|--index|registry", text)
    assert not any(stage.all("ADD") for stage in image(name))


@every
def test_needs_no_special_builder(name: str) -> None:
    for stage in image(name):
        for instruction in stage.instructions:
            assert instruction.name == "RUN" or set(instruction.options) <= {"from"}
            assert not (instruction.name == "RUN" and "--mount" in instruction.text)


@every
def test_copies_what_the_context_holds(name: str) -> None:
    missing = [source for source in copied_sources(image(name)) if not context.holds(source)]
    assert not missing


@every
def test_the_final_stage_holds_no_tools_of_the_build(name: str) -> None:
    final = ancestry(image(name))
    expected = SYSTEM.get(name, set()) | (PYTHON if name in COMPONENTS else set())
    assert packages(final) == expected


@every_component
def test_shares_its_first_layers_with_the_others(name: str) -> None:
    assert [stage.name for stage in ancestry(image(name))] == [name, "runtime", "base"]


@every_component
def test_packages_depend_on_the_lock_file_alone(name: str) -> None:
    stages = read(DOCKERFILE)
    packages = [stages[f"{name}-packages"], stages["build"]]
    assert copied_sources(packages) == [
        "tools/__init__.py",
        "tools/image_packages.py",
        "pyproject.toml",
        "requirements.lock",
    ]


@every_component
def test_finds_its_code_and_packages(name: str) -> None:
    stages = image(name)
    environment = variables(stages)
    assert environment["PATH"].startswith("/opt/venv/bin:")
    assert environment["PYTHONPATH"] == "/app"
    assert environment["PYTHONUNBUFFERED"] == environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert environment["HOME"] == "/tmp"
    assert last(stages, "WORKDIR").text == "/app"
    assert last(stages, "EXPOSE").text == PORTS[name]


def test_the_renderer_has_a_reaper_that_signals_one_process() -> None:
    assert last(image("renderer"), "ENTRYPOINT").exec_form[:3] == ["/usr/bin/tini", "--", "python"]


@pytest.mark.parametrize("script", sorted((ROOT / "tests/e2e/images").glob("*/[dv]*[!e]")), ids=lambda path: path.name)
def test_scripts_are_programs(script: Path) -> None:
    assert script.stat().st_mode & 0o111 == 0o111
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
