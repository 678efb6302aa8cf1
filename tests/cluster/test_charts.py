"""Charts on a real API server: helm installs, upgrades, rolls back and uninstalls them, for each values file.

The namespaces enforce Pod Security `restricted`, and helm waits until all pods are there, so one pod that is not
admitted fails a test. kwok plays the nodes: no container runs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.kube import Object, path
from tests.fixtures.control_plane import CHARTS, ControlPlane, Helm

SITE, OPERATOR = CHARTS / "fractafrag", CHARTS / "fractafrag-operator"
RELEASE = "fractafrag"
RENDERER = f"{RELEASE}-renderer"
WAIT = ("--wait", "--wait-for-jobs", "--timeout", "150s")
MIGRATIONS = "app.kubernetes.io/component=migrations"


def values_files(chart: Path) -> list[Path]:
    """The values files that a chart is tested with."""
    return sorted((chart / "ci").glob("*.yaml"))


class Site:
    """A release of the site's chart in a namespace of its own."""

    def __init__(self, plane: ControlPlane, values: Path) -> None:
        self.plane = plane
        self.kube = plane.kube
        self.values = values
        self.namespace = plane.namespace(values.stem, volumes=4)
        self.given: dict[str, Any] = yaml.safe_load(values.read_text()) or {}
        claim = self._value("storage", "pvc", "existingClaim")
        if claim:
            self.kube.create(self.path("v1", "persistentvolumeclaims"), _claim(claim))

    def helm(self, *arguments: str | Path) -> Helm:
        """helm, without a single warning."""
        done = self.plane.helm(*arguments, namespace=self.namespace)
        assert "warn" not in done.errors.lower(), done.errors
        return done

    def install(self, *more: str) -> None:
        """A new release."""
        self.helm("install", RELEASE, SITE, "-f", self.values, *WAIT, *more)

    def upgrade(self, *more: str) -> None:
        """The next revision."""
        self.helm("upgrade", RELEASE, SITE, "-f", self.values, *WAIT, *more)

    def kept_bytes(self) -> int:
        """What helm keeps of the release, which a Secret has to hold."""
        where = self.path("v1", "secrets", f"sh.helm.release.v1.{RELEASE}.v1")
        return len(self.kube.need(where)["data"]["release"])

    def path(self, version: str, plural: str, name: str = "", sub: str = "") -> str:
        """A path in the site's namespace."""
        return path(version, plural, self.namespace, name, sub)

    def replicas(self, name: str = RENDERER) -> int:
        """What a Deployment is to have."""
        found: int = self.kube.need(self.path("apps/v1", "deployments", name))["spec"]["replicas"]
        return found

    def scale(self, replicas: int, manager: str, name: str = RENDERER) -> None:
        """Do what an autoscaler does."""
        where = self.path("apps/v1", "deployments", name, "scale")
        self.kube.merge(where, {"spec": {"replicas": replicas}}, manager=manager)

    def secrets(self) -> dict[str, Object]:
        """The data of the Secrets that the chart has made."""
        found = self.kube.list(self.path("v1", "secrets"), "app.kubernetes.io/managed-by=Helm")
        return {one["metadata"]["name"]: one["data"] for one in found}

    def jobs(self) -> dict[str, str]:
        """The migrations, by name, with their identity."""
        found = self.kube.list(self.path("batch/v1", "jobs"), MIGRATIONS)
        return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}

    def names(self, version: str, plural: str) -> set[str]:
        """What there is of a kind."""
        return {one["metadata"]["name"] for one in self.kube.list(self.path(version, plural))}

    def config(self) -> Object:
        """What the processes read."""
        found: Object = self.kube.need(self.path("v1", "configmaps", f"{RELEASE}-config"))["data"]
        return found

    @property
    def scaled(self) -> bool:
        """Whether somebody else decides how many renderers there are."""
        return bool(self._value("renderer", "autoscaling", "mode") != "none")

    def _value(self, *keys: str) -> Any:
        found: Any = self.given
        for key in keys:
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return found


def _claim(name: str) -> Object:
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


@pytest.mark.parametrize("values", values_files(SITE), ids=lambda values: values.stem)
@pytest.mark.usefixtures("definitions")
def test_a_site_is_installed_upgraded_rolled_back_and_uninstalled(control_plane: ControlPlane, values: Path) -> None:
    site = Site(control_plane, values)
    site.install()
    _all_pods_are_there(site)
    secrets, jobs, name = site.secrets(), site.jobs(), site.config()["FRACTAFRAG_SITE_NAME"]
    before = site.replicas()
    if site.scaled:
        # An autoscaler owns the number from now on: neither a conflict nor another number may come of an upgrade.
        before += 2
        site.scale(before, "fractafrag-operator")
    site.upgrade("--set", "site.name=Changed")
    assert site.config()["FRACTAFRAG_SITE_NAME"] == "Changed"
    assert site.replicas() == before
    assert site.secrets() == secrets
    assert site.jobs() == jobs, "a migration ran again although nothing of it changed"
    site.helm("rollback", RELEASE, "1", *WAIT[:1], *WAIT[2:])
    assert site.config()["FRACTAFRAG_SITE_NAME"] == name
    assert site.replicas() == before
    assert site.secrets() == secrets
    _all_pods_are_there(site)
    site.helm("uninstall", RELEASE, "--wait")
    assert site.secrets() == secrets, "data that stay are of no use without their Secrets"
    for version, plural in (("apps/v1", "deployments"), ("apps/v1", "statefulsets"), ("v1", "services")):
        assert not site.names(version, plural)


def _all_pods_are_there(site: Site) -> None:
    """Nothing was refused by admission, and each Deployment has the pods that it wants."""
    events = site.kube.list(site.path("v1", "events"))
    refused = [one["message"] for one in events if one["reason"] == "FailedCreate" and "quota" not in one["message"]]
    assert not refused
    pods = site.kube.list(site.path("v1", "pods"))
    assert pods
    assert {one["status"]["phase"] for one in pods} <= {"Running", "Succeeded"}
    for deployment in site.kube.list(site.path("apps/v1", "deployments")):
        status = deployment["status"]
        assert status.get("readyReplicas", 0) == deployment["spec"]["replicas"], deployment["metadata"]["name"]


@pytest.fixture(scope="module")
def site(control_plane: ControlPlane, definitions: str) -> Iterator[Site]:
    """A site with the default values; the tests below go through its life in order."""
    assert definitions
    made = Site(control_plane, SITE / "ci" / "default.yaml")
    made.install()
    yield made
    control_plane.helm("uninstall", RELEASE, namespace=made.namespace)


def test_the_release_fits_well_into_its_secret(site: Site) -> None:
    assert site.kept_bytes() < 500_000


def test_its_test_pods_are_admitted(site: Site) -> None:
    hooks = [one for one in yaml.safe_load_all(site.helm("get", "hooks", RELEASE).output) if one]
    assert [one for one in hooks if one["kind"] == "Pod"]
    plurals = {"Pod": "pods", "ConfigMap": "configmaps", "NetworkPolicy": "networkpolicies"}
    plurals |= {"ServiceAccount": "serviceaccounts", "Job": "jobs"}
    site.kube.warnings.clear()
    for one in hooks:
        where = site.path(one["apiVersion"], plurals[one["kind"]])
        made_before = one["kind"] != "Pod"
        site.kube.request("POST", where, one, **({} if made_before else {"dryRun": "All"}))
    assert not site.kube.warnings


def test_the_number_of_api_pods_belongs_to_its_autoscaler(site: Site) -> None:
    site.scale(3, "kube-controller-manager", f"{RELEASE}-api")
    site.upgrade("--set", "site.name=Again")
    assert site.replicas(f"{RELEASE}-api") == 3


def test_a_new_image_of_the_api_migrates_once_more(site: Site) -> None:
    before = site.jobs()
    site.upgrade("--set", "api.image.tag=0.1.1")
    after = site.jobs()
    assert len(after) == 1, "helm takes the old one away with the old revision"
    assert not after.keys() & before.keys()
    site.upgrade("--set", "api.image.tag=0.1.1", "--set", "web.podAnnotations.note=x")
    assert site.jobs() == after


def test_from_a_fixed_number_to_an_autoscaler_and_back(site: Site) -> None:
    site.upgrade("--set", "web.autoscaling.mode=hpa", "--set", "web.autoscaling.minReplicas=2")
    assert f"{RELEASE}-web" in site.names("autoscaling/v2", "horizontalpodautoscalers")
    site.upgrade("--set", "web.replicas=2")
    assert site.replicas(f"{RELEASE}-web") == 2
    assert f"{RELEASE}-web" not in site.names("autoscaling/v2", "horizontalpodautoscalers")


def test_a_bad_autoscaler_is_refused_with_the_whole_release(site: Site) -> None:
    revision = site.helm("status", RELEASE, "-o", "json").output
    arguments = ("--set", "renderer.autoscaling.operator.warmReplicas=9")
    refused = site.plane.helm("upgrade", RELEASE, SITE, *arguments, namespace=site.namespace, fails=True)
    assert "warmReplicas" in refused.errors
    assert revision


def test_after_an_uninstall_a_new_release_goes_on_with_what_stayed(site: Site) -> None:
    secrets, claims = site.secrets(), site.names("v1", "persistentvolumeclaims")
    assert claims == {f"{RELEASE}-postgresql", f"{RELEASE}-valkey", f"{RELEASE}-objects"}
    site.helm("uninstall", RELEASE, "--wait")
    assert site.names("v1", "persistentvolumeclaims") == claims
    site.install()
    assert site.secrets() == secrets
    _all_pods_are_there(site)


def test_an_upgrade_does_not_leave_data_behind(site: Site) -> None:
    more = ("--set", "redis.bundled.persistence.enabled=false")
    refused = site.plane.helm("upgrade", RELEASE, SITE, *more, namespace=site.namespace, fails=True)
    assert "redis.confirmDataMoved" in refused.errors


def test_it_can_be_told_to_run_without_the_definition(control_plane: ControlPlane, site: Site) -> None:
    where = path("fractafrag.dev/v1alpha1", "rendererautoscalers", site.namespace, RENDERER)
    assert control_plane.kube.get(where)
    site.upgrade("--set", "renderer.autoscaling.mode=none", "--set", "renderer.replicas=2", "--force-conflicts")
    assert control_plane.kube.get(where) is None
    assert site.replicas() == 2


def test_the_operator_lives_its_life_and_leaves_the_definition(control_plane: ControlPlane, definitions: str) -> None:
    release, definition = "fractafrag-operator", "rendererautoscalers.fractafrag.dev"
    where = path("apiextensions.k8s.io/v1", "customresourcedefinitions", name=definition)
    uid = control_plane.kube.need(where)["metadata"]["uid"]

    def helm(*arguments: str | Path) -> None:
        done = control_plane.helm(*arguments, namespace=definitions)
        assert "warn" not in done.errors.lower(), done.errors

    helm("upgrade", release, OPERATOR, "--set", "operator.logLevel=DEBUG", "--set", "replicas=2", *WAIT)
    helm("rollback", release, "1", "--wait")
    helm("uninstall", release, "--wait")
    assert control_plane.kube.need(where)["metadata"]["uid"] == uid, "all RendererAutoscalers would be gone"
    helm("install", release, OPERATOR, *WAIT)


@pytest.mark.parametrize("values", values_files(OPERATOR), ids=lambda values: values.stem)
@pytest.mark.usefixtures("definitions")
def test_the_operator_with_each_of_its_values_files(control_plane: ControlPlane, values: Path) -> None:
    namespace = control_plane.namespace(f"operator-{values.stem}")
    # Only one release owns the definition, so any further one does without.
    for command in ("install", "upgrade"):
        done = control_plane.helm(
            command, "fractafrag-operator", OPERATOR, "-f", values, "--set", "crds.install=false", *WAIT,
            namespace=namespace,
        )  # fmt: skip
        assert "warn" not in done.errors.lower(), done.errors
    pods = control_plane.kube.list(path("v1", "pods", namespace))
    assert {one["status"]["phase"] for one in pods} == {"Running"}
