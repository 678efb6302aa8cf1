"""The default values in a namespace that enforces Pod Security `restricted`: everything is ready, and does its work."""

import io
import time

import pytest
from PIL import Image

from tests.cluster.kube import until
from tests.e2e.cluster.commands import AUTOSCALER, CHARTS, RELEASE, RENDERER, ROOT, Cluster
from tests.e2e.cluster.relay import reachable_by_pods
from tests.e2e.cluster.visitors import Site
from tests.fixtures.installation import say

pytestmark = pytest.mark.e2e

RED, GREEN = (230, 51, 51), (26, 179, 77)
HALVES = """void mainImage(out vec4 color, in vec2 at) {
    color = at.x < iResolution.x / 2.0 ? vec4(0.9, 0.2, 0.2, 1.0) : vec4(0.1, 0.7, 0.3, 1.0);
}
"""


def test_everything_is_ready(cluster: Cluster) -> None:
    pods = cluster.objects("pods", f"app.kubernetes.io/instance in ({RELEASE},{RELEASE}-operator)")
    lasting = [pod for pod in pods if pod["metadata"]["labels"]["app.kubernetes.io/component"] != "migrations"]
    states = {
        pod["metadata"]["name"]: [each["ready"] for each in pod["status"]["containerStatuses"]] for pod in lasting
    }
    assert len(states) >= 8
    assert all(all(each) for each in states.values()), states
    claims = {claim["metadata"]["name"]: claim["status"]["phase"] for claim in cluster.objects("pvc")}
    assert set(claims.values()) == {"Bound"}, claims
    until("the autoscaler", lambda: _conditions(cluster).get("Ready") == "True", seconds=60)
    restarts = sum(each["restartCount"] for pod in lasting for each in pod["status"]["containerStatuses"])
    say(f"{len(states)} pods are ready ({restarts} restarts): {', '.join(sorted(states))}")


def _conditions(cluster: Cluster) -> dict[str, str]:
    status = cluster.object(AUTOSCALER, RENDERER).get("status", {})
    return {each["type"]: each["status"] for each in status.get("conditions", [])}


def test_the_charts_own_tests_pass(cluster: Cluster) -> None:
    _run_the_charts_tests(cluster, "through the Services")


def test_the_charts_own_tests_pass_through_the_ingress(cluster: Cluster, site: Site) -> None:
    change = ["upgrade", RELEASE, str(CHARTS / RELEASE), "--reuse-values", "--wait", "--timeout", "5m"]
    with reachable_by_pods(site.url) as url:
        cluster.helm(*change, "--set-string", f"tests.ingressUrl={url}")
        try:
            _run_the_charts_tests(cluster, f"through the Ingress at {url}")
        finally:
            cluster.helm(*change, "--set-string", "tests.ingressUrl=")


def _run_the_charts_tests(cluster: Cluster, how: str) -> None:
    begun = time.monotonic()
    said = cluster.helm("test", RELEASE, "--logs", "--timeout", "10m")
    passed = [line.strip() for line in said.splitlines() if line.startswith("ok: ")]
    assert any(line.startswith("ok: drawn after") for line in passed), said
    assert any(line.startswith("ok: the picture has") for line in passed), said
    say(f"helm test {how} took {time.monotonic() - begun:.0f} s:\n    " + "\n    ".join(passed))


def test_a_visitor_signs_up_publishes_and_sees_the_picture(site: Site) -> None:
    account = site.register()
    title = f"Two halves by {account.handle}"
    begun = time.monotonic()
    work = site.wait_ready(site.publish(account, HALVES, title))
    seconds = time.monotonic() - begun
    answer = site.ask("GET", work["still_url"])
    assert answer.headers["content-type"] == "image/webp"
    folder = ROOT / "build" / "e2e"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "two-halves.webp").write_bytes(answer.content)
    with Image.open(io.BytesIO(answer.content)) as picture:
        image = picture.convert("RGB")
    image.save(folder / "two-halves.png")
    _check_halves(image)
    until("the first page", lambda: title in site.ask("GET", "/").text, seconds=30)
    page = site.ask("GET", f"/s/{work['id']}").text
    assert title in page
    assert work["still_url"] in page
    say(f"a picture of {image.size} and {len(answer.content)} bytes {seconds:.1f} s after the publish")


def _check_halves(image: Image.Image) -> None:
    width, height = image.size
    for place, wanted in ((0.1, RED), (0.4, RED), (0.6, GREEN), (0.9, GREEN)):
        for row in (0.1, 0.9):
            found = image.getpixel((int(place * width), int(row * height)))
            assert isinstance(found, tuple)
            assert all(abs(a - b) <= 12 for a, b in zip(found, wanted, strict=True)), (place, row, found)
