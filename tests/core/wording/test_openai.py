"""What we send to a moderation endpoint, and what the fake one answers, against OpenAI's published document."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.core.wording.choose import open_gate
from services.core.wording.settings import WordingSettings
from tests.core.wording.test_endpoint import BAD, TEXTS
from tests.fixtures.moderation_endpoint import KEY, Judge

DOCUMENT = Path(__file__).parents[4] / "shared/data/openai-openapi-2026-08-21.json.gz"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="OpenAI's document is not beside the checkout")


def schemas_of_openai() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(gzip.decompress(DOCUMENT.read_bytes()))
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def validator(name: str) -> Draft202012Validator:
    schemas = schemas_of_openai()
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}})


async def test_requests_and_answers_are_openais(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    judge.scores = {"vile": ("hate", 0.9)}
    async with open_gate(WordingSettings(endpoint=judge.url, endpoint_key_file=tmp_path / "key")) as gate:
        assert [await gate.refused(texts) for texts in (TEXTS, BAD)] == [None, "description"]
    assert len(judge.asked) == len(judge.answered) == 2
    for name, found in (("CreateModerationRequest", judge.asked), ("CreateModerationResponse", judge.answered)):
        for each in found:
            validator(name).validate(each)


def test_the_categories_of_the_settings_are_openais() -> None:
    result = schemas_of_openai()["CreateModerationResponse"]["properties"]["results"]["items"]
    scores = result["properties"]["category_scores"]["properties"]
    assert WordingSettings().thresholds.keys() <= scores.keys()
