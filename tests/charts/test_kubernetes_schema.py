"""Rows 5 to 8: every document, strictly, against the schemas of each Kubernetes that we support, and read by a client.

kubernetes-validate ships them; its own `validate` reads two megabytes for each document, so they are read once here.
Kinds of others have a small strict schema of the fields that we write, in schemas/; ours has the one in its CRD.
A document is checked once for each version, however many combinations write it. Nothing that we write is newer than the
oldest version; a field that is would have to be left out there, and be checked for the newer versions only.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import msgspec
import pytest
from lightkube import codecs
from referencing import Registry, Resource

from tests.charts import helm, matrix, objects

VERSIONS = [f"v1.{minor}.0" for minor in range(31, 38)]
BUNDLED = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
OWN = Path(__file__).parent / "schemas"
OPERATOR = helm.CHARTS / "fractafrag-operator"


def test_the_versions_are_those_that_the_charts_are_made_for() -> None:
    assert (VERSIONS[0], VERSIONS[-1]) == (helm.OLDEST, helm.NEWEST)
    newest = max(int(path.name.split(".")[1]) for path in BUNDLED.glob("v1.*-local-strict"))
    assert newest == int(VERSIONS[-1].split(".")[1]), "kubernetes-validate knows a newer Kubernetes: support it"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_document_is_valid_kubernetes(version: str) -> None:
    wrong = [
        f"{objects.title(doc)}: {finding}"
        for doc in documents()
        if (validator := bundled(version, doc["kind"], doc["apiVersion"]))
        for finding in findings(validator, doc)
    ]
    assert wrong == []


def test_every_document_of_another_kind_is_valid() -> None:
    others = [doc for doc in documents() if not bundled(helm.NEWEST, doc["kind"], doc["apiVersion"])]
    assert others
    wrong = [f"{objects.title(doc)}: {finding}" for doc in others for finding in findings(own(doc["kind"]), doc)]
    assert wrong == []


def test_a_typed_client_reads_every_document() -> None:
    # A second opinion: lightkube's models are made from another description of the API, and msgspec is strict on types.
    ours = [doc for doc in documents() if bundled(helm.NEWEST, doc["kind"], doc["apiVersion"])]
    for doc in ours:
        read = codecs.from_dict(doc)
        assert read.metadata is not None, objects.title(doc)
        assert read.metadata.name == doc["metadata"]["name"]
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": "http"}]}}
    with pytest.raises(msgspec.ValidationError):
        codecs.from_dict(wrong)


@pytest.mark.parametrize("path", sorted(OWN.glob("*.json")), ids=lambda path: path.stem)
def test_our_schemas_are_schemas_and_refuse_what_they_do_not_know(path: Path) -> None:
    schema = json.loads(path.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert schema["properties"]["spec"]["additionalProperties"] is False


def test_every_kind_that_has_a_schema_is_written_by_some_values() -> None:
    written = {doc["kind"].lower() for doc in documents()}
    assert {path.stem for path in OWN.glob("*.json")} - written == set()


@cache
def documents() -> tuple[helm.Doc, ...]:
    """Every document that some combination writes, each once."""
    found: dict[str, helm.Doc] = {}
    for case in matrix.DISTINCT:
        for doc in case.render().docs:
            found.setdefault(json.dumps(objects.comparable(doc), sort_keys=True), doc)
    return tuple(found.values())


def findings(validator: jsonschema.Draft202012Validator, doc: helm.Doc) -> Iterator[str]:
    """What is wrong, with the place."""
    for error in validator.iter_errors(doc):
        deepest = jsonschema.exceptions.best_match([error])
        yield f"{deepest.json_path}: {deepest.message[:300]}"


@cache
def bundled(version: str, kind: str, api_version: str) -> jsonschema.Draft202012Validator | None:
    """The strict schema of a kind of Kubernetes itself."""
    group, _, name = api_version.rpartition("/")
    stem = "-".join(part for part in (kind.lower(), group.split(".")[0], name) if part)
    path = BUNDLED / f"{version}-local-strict" / f"{stem}.json"
    if not path.exists():
        return None
    return jsonschema.Draft202012Validator(json.loads(path.read_text()), registry=definitions(version))


@cache
def definitions(version: str) -> Registry[Any]:
    """What the schemas of one version refer to."""
    contents = json.loads((BUNDLED / f"{version}-local-strict" / "_definitions.json").read_text())
    return Resource.from_contents(contents) @ Registry()


@cache
def own(kind: str) -> jsonschema.Draft202012Validator:
    """The strict schema of a custom kind; FileNotFoundError says that one is missing."""
    path = OWN / f"{kind.lower()}.json"
    if path.exists():
        return jsonschema.Draft202012Validator(json.loads(path.read_text()))
    for crd in helm.render(OPERATOR).of("CustomResourceDefinition"):
        if crd["spec"]["names"]["kind"] == kind:
            return jsonschema.Draft202012Validator(closed(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]))
    raise FileNotFoundError(path)


def closed(schema: Any) -> Any:
    """A CRD's schema that refuses unknown fields, as `kubectl apply --validate=strict` does."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "type" in schema and "apiVersion" not in schema["properties"]:
        strict.setdefault("additionalProperties", False)
    return strict
