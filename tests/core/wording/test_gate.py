"""Which words pass, however they are spelt."""

import pytest
from pydantic import BaseModel

from services.core.accounts.schemas import AccountChange, RegisterInput
from services.core.shaders.schemas import ForkCreate, ImportRequest, ShaderCreate, ShaderUpdate, VersionCreate
from services.core.wording.gate import TextRefusedError, gate_of, require, shown_fields
from services.core.wording.settings import GateKind, WordingSettings

GATE = gate_of(WordingSettings())

HARMLESS = """
Scunthorpe, Penistone and Clitheroe; Lightwater, Cockermouth, Essex, Middlesex, Wank (Garmisch), Fucking (now Fugging)
Arsenal cocktails, a classic bass, the assassin's cassette, document analysis, Dickens and Dick Van Dyke, Moby-Dick
Niger, Nigeria, a snigger, niggardly, Maine coon, a chink of light, retard à Paris, negro de marfil, Kike y Quique
Vincenzo Frocione, Fotini, Юпитер, жидкость, жидкий свет, пидореза, Hurensöhnchen? Gookin, Spickard, Kanakaredes
Sudacani, Χρόνος και φως, Свет и тень, 水の光, नदी, مياه, Nguyễn Thị Hồng, Łódź, Ångström, Çağdaş, Šárka, Žofie, Ørsted
vec3 f4 g0 = x1 y2 z3; 0xFA6607 #fa5510 1337 h3ll0 w0rld 4k @ 60fps!!! a b c d e f g x y z w c u n t e d
mother of pearl, white noise, power of white, kill your darlings, heil dir Sonne, child of porcelain, porch light
"""


@pytest.mark.parametrize("line", HARMLESS.strip().splitlines())
async def test_what_only_looks_like_it_passes(line: str) -> None:
    assert await GATE.refused({"title": line}) is None


@pytest.mark.parametrize(
    "text",
    [
        "you faggot",
        "FAGGOTS!",
        "f4gg0t",
        "f@ggot",
        "faggoooot",
        "f a g g o t",
        "f.a.g.g.o.t",
        "fag\u200bgot",
        "fag\u00adgot",
        "fággöt",
        "\uff46\uff41\uff47\uff47\uff4f\uff54",
        "\U0001d41f\U0001d41a\U0001d420\U0001d420\U0001d428\U0001d42d",
        "f\u0430gg\u043et",
        "faggot-tag",
        "a_faggot_here",
        "N1GG3R",
        "Kill  yourself.",
        "k1ll yourself",
        "ПИДОР",
        "\u043f\u0438\u04340\u0440",
        "Enculé",
        "encule",
        "Sieg\nHeil",
    ],
)
async def test_it_is_found_however_it_is_spelt(text: str) -> None:
    assert await GATE.refused({"title": "Tide", "description": text}) == "description"


async def test_a_site_has_words_of_its_own() -> None:
    gate = gate_of(WordingSettings(more="pineapple pizza, Voldemort", allowed="cunt"))
    assert await gate.refused({"title": "V0ldem0rt"}) == "title"
    assert await gate.refused({"title": "On pineapple-pizza"}) == "title"
    assert await gate.refused({"title": "cunt"}) is None
    assert await gate_of(WordingSettings(gate=GateKind.OFF)).refused({"title": "faggot"}) is None


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (ShaderCreate, {"title", "description", "tags"}),
        (ShaderUpdate, {"title", "description", "tags"}),
        (ForkCreate, {"title", "description", "tags"}),
        (ImportRequest, {"title"}),
        (VersionCreate, {"note"}),
        (RegisterInput, {"handle", "display_name"}),
        (AccountChange, {"display_name", "bio"}),
    ],
)
def test_every_text_that_others_see_is_marked(model: type[BaseModel], fields: set[str]) -> None:
    assert set(shown_fields(model)) == fields


async def test_a_refusal_names_the_field_and_not_the_text() -> None:
    with pytest.raises(TextRefusedError) as caught:
        await require(GATE, ShaderUpdate(tags=["sea", "faggot"]))
    assert caught.value.extra["fields"][0]["field"] == "tags"
    assert "faggot" not in str(caught.value)


async def test_a_long_text_is_read_in_linear_time() -> None:
    assert await GATE.refused({"description": "kill your heil white child " * 400}) is None
