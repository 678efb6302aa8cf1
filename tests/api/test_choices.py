"""What holds for every choice of a shader's author, those to come included: set, changed, kept, searched for."""

from enum import StrEnum

import httpx2
import pytest

from services.contracts.shaders import ShaderChoices, SomeChoices
from services.core.kit.database import Database
from services.core.shaders.schemas import ShaderCreate
from tests.api.test_shaders import PATH, finish_render, publish
from tests.fixtures.accounts import register


def _values(name: str) -> list[str]:
    values = ShaderChoices.model_fields[name].annotation
    assert isinstance(values, type)
    assert issubclass(values, StrEnum)
    return [value.value for value in values]


def test_a_choice_can_be_left_out_wherever_it_is_sent() -> None:
    assert SomeChoices.model_fields.keys() == ShaderChoices.model_fields.keys()
    assert SomeChoices().model_dump(exclude_none=True) == {}
    assert not any(ShaderCreate.model_fields[name].is_required() for name in ShaderChoices.model_fields)


@pytest.mark.parametrize("name", ShaderChoices.model_fields)
class TestChoice:
    async def test_it_is_set_searched_for_and_changed(
        self, client: httpx2.AsyncClient, database: Database, name: str
    ) -> None:
        ada = await register(client, "ada")
        default = ShaderCreate.model_fields[name].default
        usual = await publish(ada)
        assert usual[name] == default
        other = next(value for value in _values(name) if value != default)
        work = await publish(ada, **{name: other})
        assert work[name] == other
        for shader in (usual, work):
            await finish_render(database, shader["id"])
        found = (await client.get(PATH, params={name: other})).json()["items"]
        assert [(card["id"], card[name]) for card in found] == [(work["id"], other)]
        address = f"{PATH}/{work['id']}"
        for change, expected in (({"title": "Reef"}, other), ({name: None}, other), ({name: default}, default)):
            assert (await ada.patch(address, json=change)).json()[name] == expected

    async def test_documents_keep_it_and_forks_begin_anew_unless_told(
        self, client: httpx2.AsyncClient, name: str
    ) -> None:
        ada = await register(client, "ada")
        first, *_, last = _values(name)
        default = ShaderCreate.model_fields[name].default
        for value, told in ((first, last), (last, first)):
            address = f"{PATH}/{(await publish(ada, **{name: value}))['id']}"
            document = {"shadertoy": (await client.get(f"{address}/export")).json()}
            for path, body, kept in ((f"{address}/forks", {}, default), (f"{PATH}/import", document, value)):
                assert (await ada.post(path, json=body)).json()[name] == kept
                assert (await ada.post(path, json={**body, name: told})).json()[name] == told

    async def test_a_value_that_does_not_exist_is_refused(self, client: httpx2.AsyncClient, name: str) -> None:
        ada = await register(client, "ada")
        address = f"{PATH}/{(await publish(ada))['id']}"
        for answer in (
            await client.get(PATH, params={name: "robot"}),
            await ada.patch(address, json={name: "robot"}),
            await ada.post(f"{address}/forks", json={name: "robot"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
