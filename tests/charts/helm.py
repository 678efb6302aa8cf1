"""The one module that knows how helm is called: helm-python-sdk 0.2.2, which is Helm 4 inside this process.

Interface: `render` (a chart's documents and notes; each combination is rendered once and kept), `lint`, `check_values`,
`package`, `digest`. A chart that refuses its values, or a template that fails, raises `Refused` with helm's own words.
Without the wheel every module that imports this one is skipped with a message. The library must not be used in
a process forked after its first call; pytest-xdist starts fresh processes, and so does subprocess.

`Chart.render` cannot name a Kubernetes version or the APIs of a cluster; the native call below it can, so `_rendered`
uses that one. It is why the version is pinned: `test_the_pinned_wheel_is_installed` fails when it moves.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

helm_python = pytest.importorskip("helm_python", reason="helm-python-sdk has no wheel for this platform")

PINNED = "0.2.2"
ROOT = Path(__file__).parents[2]
CHARTS = ROOT / "charts"
RELEASE = NAMESPACE = "fractafrag"
OLDEST, NEWEST = "v1.31.0", "v1.37.0"
WARNING = 2

Doc = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """Helm would not lint, render or accept this; the text is helm's."""


@dataclass(frozen=True)
class Cluster:
    """What a chart can learn about the cluster that it is rendered for."""

    kube_version: str = NEWEST
    api_versions: tuple[str, ...] = ()


# Every custom kind that our charts look for.
KINDS = (
    "fractafrag.dev/v1alpha1/RendererAutoscaler",
    "keda.sh/v1alpha1/ScaledObject",
    "keda.sh/v1alpha1/TriggerAuthentication",
    "monitoring.coreos.com/v1/PodMonitor",
    "monitoring.coreos.com/v1/PrometheusRule",
    "monitoring.coreos.com/v1/ServiceMonitor",
    "gateway.networking.k8s.io/v1/HTTPRoute",
    "postgresql.cnpg.io/v1/Cluster",
)
FULL = Cluster(NEWEST, (*KINDS, *sorted({kind.rpartition("/")[0] for kind in KINDS})))
BARE = Cluster(OLDEST)


@dataclass(frozen=True)
class Rendered:
    """All that one rendering gave: text by template, documents in order, and the notes."""

    texts: Mapping[str, str]
    notes: str

    @property
    def docs(self) -> list[Doc]:
        """Every document of every template."""
        return [doc for _, doc in self.sources]

    @property
    def sources(self) -> list[tuple[str, Doc]]:
        """Every document with the template that it came from. Treat the documents as read-only: they are shared."""
        return [(path, doc) for path, text in self.texts.items() for doc in parse(text)]

    def of(self, *kinds: str) -> list[Doc]:
        """The documents of these kinds."""
        return [doc for doc in self.docs if doc["kind"] in kinds]


def load_values(path: Path) -> dict[str, Any]:
    """Read a values file; an empty one is no values."""
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=StrictLoader) or {}  # noqa: S506 - a safe loader's child
    return loaded


def render(
    chart: Path | str,
    values: Mapping[str, Any] | None = None,
    *,
    name: str = RELEASE,
    upgrade: bool = False,
    cluster: Cluster = FULL,
) -> Rendered:
    """Render a chart (a name below charts/, a folder or a .tgz) as a new release or as an upgrade."""
    return _rendered(_path(chart), json.dumps(values or {}, sort_keys=True), name, upgrade, cluster)


@cache
def _rendered(path: Path, values: str, name: str, upgrade: bool, cluster: Cluster) -> Rendered:
    options = {
        "name": name,
        "namespace": NAMESPACE,
        "revision": 2 if upgrade else 1,
        "is_install": not upgrade,
        "is_upgrade": upgrade,
        "kube_version": cluster.kube_version,
        "api_versions": list(cluster.api_versions),
    }
    try:
        raw = _load(path)._raw()
        texts = json.loads(helm_python._native.call_string("helm_render", raw, values, json.dumps(options)))
    except helm_python.HelmError as error:
        raise Refused(str(error)) from error
    notes = [text for template, text in texts.items() if template.endswith("/NOTES.txt")]
    manifests = {template: text for template, text in sorted(texts.items()) if template.endswith((".yaml", ".yml"))}
    return Rendered(manifests, "\n".join(notes))


@cache
def _load(path: Path) -> Any:
    return helm_python.Chart.load(os.fspath(path))


def _path(chart: Path | str) -> Path:
    return CHARTS / chart if isinstance(chart, str) else chart


def lint(chart: Path | str, values: Mapping[str, Any], kube_version: str = NEWEST) -> list[str]:
    """What `helm lint --strict` has to say: warnings and errors, not hints."""
    try:
        report = helm_python.lint(_path(chart), dict(values), strict=True, kube_version=kube_version)
    except helm_python.HelmError as error:
        raise Refused(str(error)) from error
    return [f"{said['path']}: {said['error']}" for said in report["messages"] if said["severity"] >= WARNING]


def check_values(chart: Path | str, values: Mapping[str, Any]) -> None:
    """Hold values against the chart's schema, as install and upgrade do."""
    try:
        _load(_path(chart)).validate_schema(dict(values))
    except helm_python.HelmError as error:
        raise Refused(str(error)) from error


def dependencies(chart: Path | str) -> list[dict[str, str]]:
    """The declared dependencies with helm's word for each: ok, unpacked, missing, wrong version ..."""
    listed: list[dict[str, str]] = helm_python.dependency_list(_path(chart))
    return listed


def package(chart: Path | str, destination: Path) -> Path:
    """Write the chart's archive into `destination`."""
    return Path(helm_python.package(_path(chart), destination=destination))


def digest(archive: Path) -> str:
    """The digest that a chart repository's index would show."""
    return str(helm_python.digest(archive))


def version() -> str:
    """The version of the wheel."""
    return str(helm_python.__version__)


class StrictLoader(yaml.CSafeLoader):
    """Refuses a key that stands twice in one mapping: helm takes the last, and someone wonders for an hour."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping with every key once."""
        built: dict[Any, Any] = super().construct_mapping(node, deep)
        if len(built) != len(node.value):
            where = f"line {node.start_mark.line + 1}"
            raise yaml.constructor.ConstructorError(None, None, f"a key stands twice in the mapping at {where}")
        return built


@cache
def parse(text: str) -> Sequence[Doc]:
    """The documents of one template's text, without empty ones."""
    return tuple(doc for doc in yaml.load_all(text, Loader=StrictLoader) if doc)
