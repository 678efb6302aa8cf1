"""A reader of the suites in charts/*/tests, which are in the form of the Helm plugin helm-unittest 1.x.

Users who have the plugin run them with it; here the same files run over tests/charts/helm.py, so that they do not rot.
Interface: `suites(chart)`, `jobs(suite)`, and `run(job)`, which gives a sentence for each assertion that fails. Only
what the suites use of the form is known. Anything else, such as an assertion by another name or a template that is not
there, raises `Unknown`, and so does a suite that leaves release, templates or capabilities to the plugin's defaults.
Paths are dots, numbers in brackets, `["quoted.keys"]` and `[?(@.key == "text")]`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from tests.charts import helm, values

SUITE_KEYS = {"suite", "values", "set", "templates", "release", "capabilities", "tests"}
JOB_KEYS = {"it", "values", "set", "template", "documentIndex", "documentSelector", "capabilities", "asserts"}
ASSERT_KEYS = {"template", "documentIndex", "documentSelector"}
STEP = re.compile(r'\.?([^.\[\]"]+)|\["([^"]+)"\]|\[(\d+)\]|\[\?\(@\.([\w.]+) == "([^"]+)"\)\]')
SENTENCE = re.compile(r"execution error at \(.+?\): (.*)", re.DOTALL)

Check = Callable[[Any, Mapping[str, Any]], bool]


class Unknown(Exception):  # noqa: N818 - it reads as what happened
    """A suite uses what this reader does not know."""


@dataclass(frozen=True)
class Job:
    """One test of a suite, with what the suite says for all of them."""

    suite: Mapping[str, Any]
    body: Mapping[str, Any]
    file: Path

    @property
    def chart(self) -> Path:
        """The chart that the suite stands in."""
        return self.file.parents[1]

    @property
    def id(self) -> str:
        """How the test is called."""
        return f"{self.chart.name}-{self.suite['suite']}-{self.body['it']}".replace(" ", "-")

    @property
    def templates(self) -> list[str]:
        """The templates that assertions without one of their own are about."""
        return [self.body["template"]] if "template" in self.body else list(self.suite["templates"])


def suites(chart: Path) -> list[Path]:
    """The files of a chart."""
    return sorted((chart / "tests").glob("*_test.yaml"))


def jobs(file: Path) -> list[Job]:
    """The tests of a file."""
    suite = helm.load_values(file)
    _only(suite, SUITE_KEYS, file.name)
    if missing := {"suite", "templates", "release", "capabilities"} - set(suite):
        raise Unknown(f"{file.name} has no {', '.join(sorted(missing))}")
    for body in suite["tests"]:
        _only(body, JOB_KEYS, f"{file.name}: {body['it']}")
    return [Job(suite, body, file) for body in suite["tests"]]


def run(job: Job) -> list[str]:
    """What each assertion that does not hold has to say."""
    rendered, refusal = _render(job)
    return [said for each in job.body["asserts"] for said in _assert(job, each, rendered, refusal)]


def _render(job: Job) -> tuple[dict[str, list[helm.Doc]], str | None]:
    given: dict[str, Any] = {}
    for name in [*job.suite.get("values", []), *job.body.get("values", [])]:
        given = values.merged(given, helm.load_values(job.file.parent / name))
    for path, value in [*job.suite.get("set", {}).items(), *job.body.get("set", {}).items()]:
        given = values.merged(given, values.nested(tuple(step[1] or step[2] for step in _steps(path)), value))
    wanted = {**job.suite["capabilities"], **job.body.get("capabilities", {})}
    version = f"v{wanted['majorVersion']}.{wanted['minorVersion']}.0"
    cluster = helm.Cluster(version, tuple(wanted.get("apiVersions", [])))
    try:
        found = helm.render(job.chart, given, name=job.suite["release"]["name"], cluster=cluster)
    except helm.Refused as refused:
        sentence = SENTENCE.search(str(refused))
        return {}, sentence[1] if sentence else str(refused)
    return {path.partition("templates/")[2]: list(helm.parse(text)) for path, text in found.texts.items()}, None


def _assert(job: Job, said: Mapping[str, Any], rendered: dict[str, list[helm.Doc]], refusal: str | None) -> list[str]:
    kind = _kind(said)
    wanted = said[kind]
    if kind == "failedTemplate":
        return _failed(wanted, refusal)
    if refusal is not None:
        return [f"{kind}: the chart refuses: {refusal}"]
    wrong = []
    for name in [said["template"]] if "template" in said else job.templates:
        if not (job.chart / "templates" / name).is_file():
            raise Unknown(f"there is no template {name}")
        found = rendered.get(name, [])
        if kind == "hasDocuments":
            wrong += [] if len(found) == wanted["count"] else [f"{name} has {len(found)} documents"]
            continue
        chosen = list(_select({**job.body, **said}, found))
        if not chosen:
            wrong.append(f"{kind}: {name} has no such document")
        wrong += [f"{name} {doc['kind']}: {kind} {dict(wanted)}" for doc in chosen if not _holds(kind, wanted, doc)]
    return wrong


def _kind(said: Mapping[str, Any]) -> str:
    named = [key for key in said if key not in ASSERT_KEYS]
    if len(named) != 1 or named[0] not in {*CHECKS, "failedTemplate", "hasDocuments"}:
        raise Unknown(f"an assertion has to be one that is known, and one only: {named}")
    return named[0]


def _failed(wanted: Mapping[str, Any], refusal: str | None) -> list[str]:
    _only(wanted, {"errorMessage", "errorPattern"}, "failedTemplate")
    if refusal is None:
        return ["failedTemplate: nothing was refused"]
    if wanted.get("errorMessage", refusal) == refusal and re.search(wanted.get("errorPattern", ""), refusal):
        return []
    return [f"failedTemplate: the chart says: {refusal}"]


def _select(said: Mapping[str, Any], docs: list[helm.Doc]) -> Iterator[helm.Doc]:
    if "documentSelector" not in said:
        index = said.get("documentIndex", -1)
        yield from docs if index == -1 else docs[index : index + 1]
        return
    selector = said["documentSelector"]
    _only(selector, {"path", "value", "matchMany"}, "documentSelector")
    found = [doc for doc in docs if selector["value"] in look_up(doc, selector["path"])]
    if len(found) > 1 and not selector.get("matchMany"):
        raise Unknown(f"more than one document has {selector['value']}: matchMany has to say that this is meant")
    yield from found


def _steps(path: str) -> list[re.Match[str]]:
    found = list(STEP.finditer(path))
    if "".join(step[0] for step in found) != path:
        raise Unknown(f"the path {path}")
    return found


def look_up(doc: Any, path: str) -> list[Any]:
    """What is at a path: nothing, one thing, or the items of a list that a filter lets through."""
    return reduce(lambda found, step: [below for value in found for below in _below(value, step)], _steps(path), [doc])


def _below(value: Any, step: re.Match[str]) -> list[Any]:
    key, quoted, index, field, text = step.groups()
    if field and isinstance(value, list):
        return [item for item in value if text in look_up(item, field)]
    if index and isinstance(value, list):
        return value[int(index) : int(index) + 1]
    name = key or quoted
    return [value[name]] if isinstance(value, dict) and name in value else []


def _holds(kind: str, wanted: Mapping[str, Any], doc: helm.Doc) -> bool:
    check, keys, for_each = CHECKS[kind]
    _only(wanted, keys, kind)
    found = look_up(doc, wanted.get("path", "kind"))
    return all([bool(found), *(check(value, wanted) for value in found)]) if for_each else check(found, wanted)


def _contains(value: Any, wanted: Mapping[str, Any]) -> bool:
    content = wanted["content"]
    if not wanted.get("any"):
        return content in value
    return any(content.items() <= item.items() for item in value)


def _only(given: Mapping[str, Any], known: set[str], where: str) -> None:
    if extra := set(given) - known:
        raise Unknown(f"{where}: {', '.join(sorted(extra))}")


# By name: the check, the keys that it takes, and whether it is about each value that is found or about all together.
CHECKS: dict[str, tuple[Check, set[str], bool]] = {
    "equal": (lambda value, wanted: value == wanted["value"], {"path", "value"}, True),
    "notEqual": (lambda value, wanted: value != wanted["value"], {"path", "value"}, True),
    "exists": (lambda found, _: bool(found), {"path"}, False),
    "notExists": (lambda found, _: not found, {"path"}, False),
    "isKind": (lambda value, wanted: value == wanted["of"], {"of"}, True),
    "isSubset": (lambda value, wanted: wanted["content"].items() <= value.items(), {"path", "content"}, True),
    "lengthEqual": (lambda value, wanted: len(value) == wanted["count"], {"path", "count"}, True),
    "contains": (_contains, {"path", "content", "any"}, True),
    "notContains": (lambda value, wanted: not _contains(value, wanted), {"path", "content", "any"}, True),
    "matchRegex": (lambda value, wanted: bool(re.search(wanted["pattern"], value)), {"path", "pattern"}, True),
    "notMatchRegex": (lambda value, wanted: not re.search(wanted["pattern"], value), {"path", "pattern"}, True),
}
