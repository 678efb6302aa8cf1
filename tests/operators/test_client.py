"""The client of the Kubernetes API: paths, credentials, and what an answer may be."""

from pathlib import Path

import httpx2
import kopf
import pytest

from operators.renderer.client import KubernetesClient, log_in
from tests.fixtures.operator import NAMESPACE, ApiServer, write_kubeconfig


def client_of(info: kopf.ConnectionInfo, answer: httpx2.MockTransport) -> KubernetesClient:
    return KubernetesClient(info, NAMESPACE, transport=answer)


async def test_the_core_group_has_a_root_of_its_own(api_server: ApiServer) -> None:
    client = api_server.client()
    assert client.path("v1", "pods", "a") == f"/api/v1/namespaces/{NAMESPACE}/pods/a"
    scale = client.path("apps/v1", "deployments", "a", "scale")
    assert scale == f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/a/scale"


async def test_a_token_that_ran_out_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        tokens.append(request.headers["Authorization"])
        return httpx2.Response(200 if tokens[-1] == "Bearer new" else 401, json={"items": []})

    monkeypatch.setenv("KUBECONFIG", str(write_kubeconfig(tmp_path / "config", "http://api.test", token="old")))
    client = client_of(log_in(settings=kopf.OperatorSettings()), httpx2.MockTransport(answer))
    with pytest.raises(httpx2.HTTPStatusError):
        await client.list("/pods")
    write_kubeconfig(tmp_path / "config", "http://api.test", token="new")
    assert await client.list("/pods") == []
    await client.list("/pods")
    assert tokens == ["Bearer old", "Bearer old", "Bearer old", "Bearer new", "Bearer new"]


async def test_an_answer_that_is_no_json_is_an_http_error() -> None:
    page = httpx2.MockTransport(lambda _: httpx2.Response(200, text="<html>"))
    with pytest.raises(httpx2.HTTPError):
        await client_of(kopf.ConnectionInfo(server="http://api.test"), page).get("/pods/a")


def test_without_credentials_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(kopf.LoginError, match="KUBECONFIG"):
        log_in(settings=kopf.OperatorSettings())
