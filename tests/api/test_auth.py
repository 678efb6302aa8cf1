"""Registration and sign-in over HTTP."""

import httpx

from tests.fixtures.accounts import register


class TestRegister:
    async def test_a_new_user_is_signed_in(self, client: httpx.AsyncClient) -> None:
        ada = await register(client, "Ada")
        answer = await ada.get("/api/v1/users/me")
        assert answer.status_code == 200
        assert answer.json()["handle"] == "ada"
        assert answer.json()["email"] == "ada@example.org"
        assert "password" not in answer.text
