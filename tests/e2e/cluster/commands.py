"""kubectl and helm, as the tests need them: one namespace of the cluster that KUBECONFIG names.

Interface: `Cluster`. A command that fails raises `CommandError` with what it said; nothing is tried twice.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Object = dict[str, Any]
ROOT = Path(__file__).parents[3]
CHARTS = ROOT / "charts"
PODS = Path(__file__).parent / "pods"
RELEASE, OPERATOR = "fractafrag", "fractafrag-operator"
RENDERER = f"{RELEASE}-renderer"
AUTOSCALER = "rendererautoscalers.fractafrag.dev"


class CommandError(Exception):
    """kubectl or helm ended with an error; the text is its own."""


def run(command: Sequence[str], *, given: str | None = None, seconds: float = 900) -> str:
    """What a command writes to its output."""
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise CommandError(f"{' '.join(command[:8])}: {done.stderr.strip()[-2000:]} {done.stdout.strip()[-1000:]}")
    return done.stdout


def tool(name: str, *others: str) -> list[str]:
    """The command of a tool: from the PATH, or from the folder KUBE_ASSETS, where kubectl is a part of `kube`."""
    if found := shutil.which(name):
        return [found]
    assets = Path(os.environ.get("KUBE_ASSETS", "/nonexistent"))
    return [str(assets / name)] if not others else [str(assets / others[0]), *others[1:]]


@dataclass(frozen=True)
class Cluster:
    """One namespace, its objects, and the commands that change them."""

    namespace: str

    def kubectl(self, *arguments: str, given: str | None = None, seconds: float = 120) -> str:
        """What kubectl says."""
        command = [*tool("kubectl", "kube", "kubectl"), "--namespace", self.namespace, *arguments]
        return run(command, given=given, seconds=seconds)

    def helm(self, *arguments: str, given: str | None = None) -> str:
        """What helm says."""
        return run([*tool("helm"), "--namespace", self.namespace, *arguments], given=given)

    def apply(self, *documents: Object) -> None:
        """Create objects, or change them."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": documents})
        self.kubectl("apply", "--filename", "-", given=text)

    def object(self, kind: str, name: str) -> Object:
        """One object, which has to be there."""
        found: Object = json.loads(self.kubectl("get", kind, name, "--output", "json"))
        return found

    def objects(self, kind: str, labels: str = "") -> list[Object]:
        """All objects of a kind with these labels."""
        found: list[Object] = json.loads(self.kubectl("get", kind, "--selector", labels, "--output", "json"))["items"]
        return found

    def pods(self, component: str, queue: str = "") -> list[Object]:
        """The pods of a component that run, are ready and stay."""
        labels = f"app.kubernetes.io/component={component}" + (f",fractafrag.dev/queue={queue}" if queue else "")
        return [pod for pod in self.objects("pods", labels) if ready(pod)]

    def pod(self, component: str, queue: str = "") -> str:
        """The name of one of them."""
        found = self.pods(component, queue)
        assert found, f"no pod of {component} is ready"
        return str(found[0]["metadata"]["name"])

    def python(self, pod: str, script: str, *arguments: str, seconds: float = 120) -> Any:
        """What a script of the folder `pods` writes when it runs in a pod: JSON."""
        code = (PODS / script).read_text()
        said = self.kubectl(
            "exec", "--stdin", pod, "--", "python", "-", *arguments, given=code, seconds=seconds
        )  # fmt: skip
        return json.loads(said)

    def sql(self, statements: str, works: Sequence[str] = ()) -> list[list[str]]:
        """The rows that they give, asked for inside PostgreSQL's pod; :'works' is an array of works."""
        command = 'exec psql -qAt -v ON_ERROR_STOP=1 -v works="$0" -U "$POSTGRES_USER" -d "$POSTGRES_DB"'
        pod, array = f"{RELEASE}-postgresql-0", "{" + ",".join(works) + "}"
        said = self.kubectl("exec", "--stdin", pod, "--", "sh", "-c", command, array, given=statements)
        return [line.split("|") for line in said.splitlines()]

    def number(self, statement: str, works: Sequence[str] = ()) -> int:
        """The one number that a statement gives."""
        return int(self.sql(statement, works)[0][0])


def ready(pod: Object) -> bool:
    """Whether a pod serves and was not told to go."""
    conditions = pod["status"].get("conditions", [])
    serves = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return serves and "deletionTimestamp" not in pod["metadata"]
