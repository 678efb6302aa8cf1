"""The Kubernetes API over HTTP, in one namespace, with the credentials that kopf found. Objects are dicts.

kopf keeps its own client to itself but gives its credentials away; httpx2 is the project's HTTP client. Every failure
is an `httpx2.HTTPError`; an answer that is an error is its subclass `httpx2.HTTPStatusError`.
"""

import json
from collections.abc import Generator
from typing import Any

import httpx2
import kopf

FIELD_MANAGER = "fractafrag-operator"
TIMEOUT_SECONDS = 5.0

Object = dict[str, Any]


def log_in(**kwargs: Any) -> kopf.ConnectionInfo:
    """By the pod's service account, or by KUBECONFIG outside a cluster; kopf's login handler and ours."""
    info = kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)
    if info is None:
        raise kopf.LoginError("there is neither a service account nor a KUBECONFIG")
    return info


class KubernetesClient:
    """One namespace of one API server."""

    def __init__(
        self, info: kopf.ConnectionInfo, namespace: str, *, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.namespace = namespace
        self._http = httpx2.AsyncClient(
            base_url=info.server,
            verify=info.as_ssl_context(),
            auth=_Credentials(info),
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            transport=transport,
        )

    def path(self, api_version: str, plural: str, name: str = "", subresource: str = "") -> str:
        """The path of a collection, of an object, or of a part of one."""
        root = "api" if api_version == "v1" else "apis"
        parts = (root, api_version, "namespaces", self.namespace, plural, name, subresource)
        return "/" + "/".join(part for part in parts if part)

    async def get(self, path: str) -> Object:
        """An object."""
        return await self._request("GET", path)

    async def list(self, path: str, *, labels: str = "") -> list[Object]:
        """The objects of a collection that match a label selector."""
        found: list[Object] = (await self._request("GET", path, labelSelector=labels))["items"]
        return found

    async def create(self, path: str, body: Object) -> Object:
        """A new object in a collection."""
        return await self._request("POST", path, body, fieldManager=FIELD_MANAGER)

    async def replace(self, path: str, body: Object) -> Object:
        """A whole object; a resourceVersion in it must be the current one."""
        return await self._request("PUT", path, body, fieldManager=FIELD_MANAGER)

    async def patch(self, path: str, body: Object) -> Object:
        """A merge patch."""
        kind = "application/merge-patch+json"
        return await self._request("PATCH", path, body, content_type=kind, fieldManager=FIELD_MANAGER)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _request(
        self,
        method: str,
        path: str,
        body: Object | None = None,
        *,
        content_type: str = "application/json",
        **params: str,
    ) -> Object:
        response = await self._http.request(
            method,
            path,
            params={key: value for key, value in params.items() if value},
            content=None if body is None else json.dumps(body),
            headers={} if body is None else {"Content-Type": content_type},
        )
        response.raise_for_status()
        try:
            answer: Object = response.json()
        except ValueError as error:
            raise httpx2.DecodingError("the answer is no JSON", request=response.request) from error
        return answer


class _Credentials(httpx2.Auth):
    """The kubelet renews the token of a service account, so a 401 is a reason to read it again."""

    def __init__(self, info: kopf.ConnectionInfo) -> None:
        self._info = info

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers.update(self._info.as_http_headers())
        response = yield request
        if response.status_code == 401:
            self._info = log_in(settings=kopf.OperatorSettings())
            request.headers.update(self._info.as_http_headers())
            yield request
