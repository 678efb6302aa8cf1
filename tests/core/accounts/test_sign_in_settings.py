"""Providers by settings: several at once, with what is left out filled in, and refusals that hold no secret."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.api.settings import ApiSettings
from services.core.accounts.sign_in_settings import SignInSettings

GITHUB = {"name": "github", "kind": "github", "client_id": "a", "client_secret": "very secret"}
WORK = {"name": "work", "kind": "oidc", "issuer": "https://id.example.org", "client_id": "b"}


def settings(*providers: dict[str, Any], **more: Any) -> SignInSettings:
    return SignInSettings(providers=SecretStr(json.dumps(providers)), **more)


def test_several_are_read_from_the_environment_with_secrets_in_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "work").write_text("from a file\n")
    listed = [GITHUB, {**WORK, "client_secret_file": str(tmp_path / "work")}]
    monkeypatch.setenv("FRACTAFRAG_SIGNIN_PROVIDERS", json.dumps(listed))
    monkeypatch.setenv("FRACTAFRAG_SIGNIN_PASSWORDS", "false")
    read = ApiSettings().of(SignInSettings)
    github, work = read.configured
    assert (github.label, github.issuer, github.secret) == ("GitHub", "https://github.com", "very secret")
    assert (work.label, work.secret) == ("work", "from a file")
    assert not read.passwords
    read.check_production()
    assert "very secret" not in repr(read)


@pytest.mark.parametrize(
    ("providers", "more", "message"),
    [
        ([], {"passwords": False}, "names no provider"),
        ([{**GITHUB, "name": "Git Hub"}], {}, "FRACTAFRAG_SIGNIN_PROVIDERS: 0.name"),
        ([{**GITHUB, "kind": "gitlab"}], {}, "0.kind"),
        ([{**GITHUB, "client_secret": None}], {}, "one of client_secret and client_secret_file"),
        ([{**WORK, "client_secret": "very secret", "issuer": ""}], {}, "issuer must be"),
        ([{**WORK, "client_secret": "very secret", "issuer": "https://a/?b"}], {}, "issuer must be"),
        ([GITHUB, {**GITHUB, "issuer": "https://git.example.org"}], {}, "the same name"),
        ([GITHUB, {**GITHUB, "name": "again"}], {}, "the same issuer"),
        ([{**GITHUB, "unknown": 1}], {}, "0.unknown"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    providers: list[dict[str, Any]], more: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message) as refusal:
        settings(*providers, **more)
    assert "very secret" not in str(refusal.value)


def test_production_wants_a_provider_whose_word_nobody_changes_on_the_way() -> None:
    plain = settings({**WORK, "client_secret": "s", "issuer": "http://id.example.org"})
    with pytest.raises(ValueError, match="the issuer of work must be https"):
        plain.check_production()
    settings({**WORK, "client_secret": "s", "issuer": "http://localhost:9400"}).check_production()
