"""Row 17: skaffold.yaml, kind-config.yaml and the Makefile's targets name only what is there.

Neither tool has to be installed. A file that is missing is a failure, not a skip: users start with them.
"""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts import helm, matrix, objects
from tests.charts.deploy_files import Kind, Release, Skaffold
from tools.dockerfile import COMPONENTS, DOCKERFILE, copied_sources, image

ROOT = helm.ROOT
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()
CLUSTER_TARGETS = {"kind-up", "images", "load", "deploy", "test-chart", "kind-down"}
OUR_IMAGES = re.compile(r"(?:^|/)fractafrag/(\w+)(?=[:@]|$)")
# What `make` itself makes, so that it need not be in a fresh clone.
MADE = (".venv/", ".tools/", "build/", "services/web/dist", "services/web/node_modules", "tests/mcp/node/node_modules")


@cache
def skaffold() -> Skaffold:
    """skaffold.yaml, read strictly."""
    return Skaffold.model_validate(yaml.safe_load((ROOT / "skaffold.yaml").read_text()))


def variants() -> list[Skaffold]:
    """The file as it is, and as it is with each of its profiles."""
    return [skaffold(), *skaffold().patched()]


def images() -> set[str]:
    """Every image of ours that the charts can ask for."""
    docs = [doc for case in matrix.INSTALLS for doc in case.render().docs]
    found = (c["image"] for _, pod in objects.pods(docs) for c in objects.containers(pod))
    return {match.group(1) for image in found if (match := OUR_IMAGES.search(image))}


def test_skaffold_has_known_fields_and_the_promised_profiles() -> None:
    assert {"dev", "gpu", "ci"} <= {profile.name for profile in skaffold().profiles}


def test_skaffold_builds_every_image_that_exists() -> None:
    built = {artifact.image.rpartition("/")[2]: artifact for artifact in skaffold().artifacts()}
    assert images() <= built.keys() == set(COMPONENTS)
    for name, artifact in built.items():
        assert artifact.custom.build_command == f"tools/kubernetes/loop image {name}"
        assert artifact.custom.dependencies.command == f"python3 -m tools.dockerfile {name}"


@pytest.mark.parametrize("name", COMPONENTS)
def test_skaffold_hears_which_files_an_image_is_made_of(name: str) -> None:
    command = [sys.executable, "-m", "tools.dockerfile", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [Path(path) for path in json.loads(done.stdout)]
    sources = {Path(DOCKERFILE), *map(Path, copied_sources(image(name)))}
    assert all((ROOT / path).is_file() for path in paths)
    assert all({path, *path.parents} & sources for path in paths)
    assert all(any(source in {path, *path.parents} for path in paths) for source in sources)


def test_what_skaffold_copies_exists() -> None:
    for artifact in (each for variant in variants() for each in variant.artifacts()):
        for rule in artifact.sync.manual if artifact.sync else []:
            assert list((ROOT / artifact.context).glob(rule.src)), f"{artifact.image}: {rule.src}"
            assert rule.dest.startswith("/"), f"{artifact.image}: {rule.dest}"


def test_skaffold_installs_charts_with_values_that_they_accept() -> None:
    releases = [release for variant in variants() for release in variant.releases()]
    assert {"fractafrag", "fractafrag-operator"} <= {release.chart_path.rpartition("/")[2] for release in releases}
    for release in releases:
        files = [helm.load_values(ROOT / name) for name in release.values_files]
        for values in [*files, set_values(release), release.overrides]:
            helm.check_values(ROOT / release.chart_path, values)
        assert set(release.depends_on) <= {other.name for other in releases}


def set_values(release: Release) -> dict[str, Any]:
    """`setValues` and `setValueTemplates` with their dotted keys as maps; a template is some text."""
    built: dict[str, Any] = {}
    for key, value in {**release.set_values, **release.set_value_templates}.items():
        place = built
        *parents, last = re.sub(r"\[(\d+)\]", "", key).split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = [value] if "[" in key.rpartition(".")[2] else value
    return built


def test_forwarded_ports_are_of_services() -> None:
    services = {
        doc["metadata"]["name"]: {port[key] for port in doc["spec"]["ports"] for key in ("port", "name")}
        for doc in helm.render("fractafrag").of("Service")
    }
    forwards = [forward for each in skaffold().variants() for forward in each.port_forward]
    for forward in forwards:
        assert forward.port in services.get(forward.resource_name, set()), forward.resource_name


def test_kind_has_known_fields_and_mounts_what_exists() -> None:
    parsed = Kind.model_validate(yaml.safe_load((ROOT / "kind-config.yaml").read_text()))
    mounts = [mount for node in parsed.nodes for mount in node.extra_mounts]
    assert [mount.host_path for mount in mounts if not (ROOT / mount.host_path).exists()] == []
    assert {port.container_port for node in parsed.nodes for port in node.extra_port_mappings} >= {80, 443}


def test_the_mounted_profile_is_the_one_that_the_chart_names() -> None:
    parsed = Kind.model_validate(yaml.safe_load((ROOT / "kind-config.yaml").read_text()))
    mounted = [
        f"{mount.container_path.removeprefix('/var/lib/kubelet/seccomp/')}/{path.name}"
        for node in parsed.nodes
        for mount in node.extra_mounts
        for path in (ROOT / mount.host_path).glob("*.json")
    ]
    assert helm.load_values(helm.CHARTS / "fractafrag" / "values.yaml")["renderer"]["seccompProfile"] in mounted


def test_make_has_the_targets_for_a_cluster() -> None:
    assert CLUSTER_TARGETS - set(TARGETS) == set()


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_what_it_would_do(target: str) -> None:
    command = ["make", "--dry-run", "--no-print-directory", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning: undefined variable" not in done.stderr


def test_what_the_makefile_names_exists() -> None:
    # Words with a slash, of recipes: paths and charts; variables, options and addresses are not looked at.
    words = set(re.findall(r"(?<![\w./$(@:-])((?:\.?[a-z][\w-]+/)+[\w.-]+)", "\n".join(recipes())))
    paths = {word for word in words if not word.startswith(MADE) and not OUR_IMAGES.search(word)}
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def recipes() -> list[str]:
    """What make runs, and what the script behind the targets for a cluster runs."""
    loop = (ROOT / "tools" / "kubernetes" / "loop").read_text().splitlines()
    made = [line for line in MAKEFILE.splitlines() if line.startswith("\t") and not line.startswith("\t@sed")]
    return made + [line for line in loop if not line.lstrip().startswith("#")]
