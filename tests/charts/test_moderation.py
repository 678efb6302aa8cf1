"""The moderation endpoint in the chart: the API alone has its key, and a way out to it."""

from typing import Any

from services.core.wording.settings import Failing, WordingSettings
from tests.charts import helm, objects
from tests.charts.network import Peer
from tests.charts.test_mail import secrets_of
from tests.charts.test_network import Site

ENDPOINT = {
    "url": "https://judge.example.org:8443/v1",
    "fails": "closed",
    "seconds": 1.5,
    "categories": "hate=0.6, sexual/minors=0.2",
    "existingSecret": "my-key",
}
WITH_ENDPOINT: dict[str, Any] = {"moderation": {"endpoint": ENDPOINT}}


def test_the_api_alone_reads_its_settings_and_its_key() -> None:
    assert secrets_of(WITH_ENDPOINT, "my-key") == {"api": {"key"}}
    given: dict[str, str] = {}
    for _, pod in objects.pods(helm.render("fractafrag", WITH_ENDPOINT).docs):
        found = {
            entry["name"]: entry["value"]
            for entry in pod["spec"]["containers"][0].get("env", [])
            if entry["name"].startswith("FRACTAFRAG_WORDING_")
        }
        assert not found or objects.component(pod) == "api"
        given |= found
    fields = {WordingSettings.variable(name): name for name in WordingSettings.model_fields}
    settings = WordingSettings.model_validate({fields[name]: value for name, value in given.items()})
    settings.check_production()
    assert (settings.endpoint, settings.endpoint_fails, settings.endpoint_seconds) == (
        ENDPOINT["url"],
        Failing.CLOSED,
        1.5,
    )
    assert settings.thresholds == {"hate": 0.6, "sexual/minors": 0.2}
    assert str(settings.endpoint_key_file) == "/run/secrets/moderation/key"


def test_only_the_api_reaches_it_and_it_can_be_named() -> None:
    network = {"moderationTo": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}
    for values, elsewhere in (
        ({}, set()),
        (WITH_ENDPOINT, {"api"}),
        ({**WITH_ENDPOINT, "networkPolicy": network}, set()),
    ):
        site = Site(helm.render("fractafrag", values).docs)
        assert site.reaching_the_world(8443) == elsewhere
        there = Peer(address="198.51.100.7")
        assert all(site.network.allows(pod, there, 8443, "TCP") == bool(values) for pod in site.ends["api"])
