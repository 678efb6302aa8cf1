"""Providers in the chart: what the API reads of them, their secrets, and the way out to them."""

import json
from typing import Any

from services.core.accounts.sign_in_settings import SignInSettings
from tests.charts import helm, objects
from tests.charts.test_mail import secrets_of
from tests.charts.test_network import Site

PROVIDERS = [
    {"name": "github", "kind": "github", "clientId": "Iv1.example"},
    {"name": "work", "kind": "oidc", "issuer": "https://id.example.org:8443", "clientId": "site", "label": 'A "name"'},
]
WITH_PROVIDERS: dict[str, Any] = {"signIn": {"existingSecret": "my-providers", "providers": PROVIDERS}}


def test_the_api_alone_reads_them_and_their_secrets() -> None:
    assert secrets_of(WITH_PROVIDERS, "my-providers") == {"api": {"github", "work"}}
    docs = helm.render("fractafrag", WITH_PROVIDERS).docs
    read = {
        objects.component(pod): entry["value"]
        for _, pod in objects.pods(docs)
        for entry in pod["spec"]["containers"][0].get("env", [])
        if entry["name"] == "FRACTAFRAG_SIGNIN_PROVIDERS"
    }
    assert read.keys() == {"api"}
    settings = SignInSettings(providers=read["api"])
    settings.check_production()
    assert [provider.label for provider in settings.configured] == ["GitHub", 'A "name"']
    mounted = [json.loads(read["api"])[number]["client_secret_file"] for number in (0, 1)]
    assert mounted == ["/run/secrets/sign-in/github", "/run/secrets/sign-in/work"]


def test_only_the_api_reaches_them_and_only_on_their_ports() -> None:
    for values, ports in (({}, set()), (WITH_PROVIDERS, {443, 8443})):
        site = Site(helm.render("fractafrag", values).docs)
        reached = {port: site.reaching_the_world(port) for port in (443, 8443)}
        assert reached == {port: {"api"} if port in ports else set() for port in (443, 8443)}
