"""Mail in the chart: the key that API and workers share, the server's password, and the way out to it."""

import base64
from typing import Any

from services.core.mail.settings import MailDelivery, MailSettings, SmtpSettings
from tests.charts import helm, objects
from tests.charts.flows import SUBMISSION
from tests.charts.network import Peer
from tests.charts.test_network import Site

SMTP = {"host": "smtp.example.org", "existingSecret": "my-smtp"}
WITH_MAIL = {"mail": {"smtp": SMTP}}


def secrets_of(values: dict[str, Any], kind: str) -> dict[str, set[str]]:
    """The keys that each component reads of the Secrets whose name ends so."""
    found: dict[str, set[str]] = {}
    for _, pod in objects.pods(helm.render("fractafrag", values).docs):
        for name, key, _ in objects.secret_references(pod):
            if name.endswith(kind):
                found.setdefault(objects.component(pod), set()).add(str(key))
    return found


def test_api_and_workers_share_the_key_and_workers_alone_have_the_password() -> None:
    assert secrets_of(WITH_MAIL, "-mail") == {"api": {"keys"}, "worker": {"keys"}}
    assert secrets_of(WITH_MAIL, "my-smtp") == {"worker": {"username", "password"}}
    assert secrets_of({}, "-mail") == {}


def test_the_key_that_the_chart_makes_is_one() -> None:
    (made,) = [doc for doc in helm.render("fractafrag", WITH_MAIL).of("Secret") if objects.component(doc) == "mail"]
    keys = base64.b64decode(made["data"]["keys"]).decode()
    settings = MailSettings(delivery=MailDelivery.SMTP, keys=keys)
    settings.check_production()
    assert len(settings.ring()) == 1


def test_settings_reach_the_processes_by_the_names_that_they_read() -> None:
    docs = helm.render("fractafrag", {"mail": {"sender": "a@example.org", "smtp": SMTP}}).docs
    (config,) = [doc["data"] for doc in docs if doc["kind"] == "ConfigMap" and "FRACTAFRAG_ENVIRONMENT" in doc["data"]]
    workers = [pod for _, pod in objects.pods(docs) if objects.component(pod) == "worker"]
    given = {entry["name"] for pod in workers for entry in pod["spec"]["containers"][0]["env"]} | config.keys()
    known = {group.variable(name) for group in (MailSettings, SmtpSettings) for name in group.model_fields}
    ours = {name for name in given if name.startswith(("FRACTAFRAG_MAIL_", "FRACTAFRAG_SMTP_"))}
    assert ours <= known
    assert config["FRACTAFRAG_MAIL_DELIVERY"] == MailDelivery.SMTP


def test_only_workers_reach_the_server_and_it_can_be_named() -> None:
    network = {"smtpTo": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}
    for values, elsewhere in ((WITH_MAIL, True), ({**WITH_MAIL, "networkPolicy": network}, False)):
        site = Site(helm.render("fractafrag", values).docs)
        assert site.reaching_the_world(SUBMISSION) == ({"worker"} if elsewhere else set())
        there = Peer(address="198.51.100.7")
        assert all(site.network.allows(pod, there, SUBMISSION, "TCP") for pod in site.ends["worker"])
