"""A reader of the Dockerfiles that this repository has: instructions, stages, shell and JSON forms.

    python3 -m tools.dockerfile NAME    the files that the image NAME is made of, as a list in JSON (for skaffold.yaml)

`image(name)` gives the stages that an image is built from, its own last. The reader knows comments and continued lines,
and no heredocs or parser directives; a file that uses those raises `ValueError`. Standard library only.
"""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = "Dockerfile"
# Each is a target of the one Dockerfile.
COMPONENTS = ("api", "mcp", "worker", "renderer", "web", "operator")
STAND_INS = {
    "postgresql": "tests/e2e/images/postgresql/Dockerfile",
    "valkey": "tests/e2e/images/valkey/Dockerfile",
}
ALL = (*COMPONENTS, *STAND_INS)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals, and the text after it with the line breaks taken out."""

    name: str
    text: str

    @property
    def options(self) -> dict[str, str]:
        """`--from=x` and the like."""
        return dict(re.findall(r"--([a-z-]+)=(\S+)", self.text))

    @property
    def words(self) -> list[str]:
        """The arguments without the options."""
        return [word for word in shlex.split(self.text) if not word.startswith("--")]

    @property
    def exec_form(self) -> list[str]:
        """The words of a JSON form; raises `ValueError` for the shell form."""
        words = json.loads(self.text)
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValueError(self.text)
        return words

    @property
    def assignments(self) -> dict[str, str]:
        """The pairs of ENV, LABEL and ARG."""
        return dict(word.split("=", 1) for word in shlex.split(self.text) if "=" in word)


@dataclass(slots=True)
class Stage:
    """FROM and what follows it."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        """Its instructions of one kind."""
        return [instruction for instruction in self.instructions if instruction.name == name]

    def last(self, name: str) -> Instruction:
        """The one that counts where only one does."""
        return self.all(name)[-1]


def path_of(name: str) -> str:
    """The Dockerfile of an image, from the root of the repository."""
    return STAND_INS.get(name, DOCKERFILE)


@cache
def read(path: str) -> dict[str, Stage]:
    """The stages of a Dockerfile by name, in their order; one without a name is called ""."""
    stages: list[Stage] = []
    for instruction in _instructions((ROOT / path).read_text()):
        if instruction.name == "FROM":
            base, *rest = instruction.words
            stages.append(Stage(base, rest[1] if rest else ""))
        else:
            stages[-1].instructions.append(instruction)
    return {stage.name: stage for stage in stages}


def image(name: str) -> list[Stage]:
    """The stages that are built for an image: its own last, and before it those that it stands on or copies from."""
    stages = read(path_of(name))
    needed = [name if name in COMPONENTS else next(reversed(stages))]
    for found in needed:
        uses = [stages[found].base, *(copy.options.get("from", "") for copy in stages[found].all("COPY"))]
        needed += [used for used in uses if used in stages and used not in needed]
    own = needed[0]
    return [stage for stage in stages.values() if stage.name in needed and stage.name != own] + [stages[own]]


def ancestry(stages: list[Stage]) -> list[Stage]:
    """The last stage and those that it stands on: what is in the image but for what COPY brings."""
    named = {stage.name: stage for stage in stages}
    found = [stages[-1]]
    while found[-1].base in named:
        found.append(named[found[-1].base])
    return found


def last(stages: list[Stage], name: str) -> Instruction:
    """The one instruction of its kind that counts for the image: in its own stage, or in one below."""
    return next(stage for stage in ancestry(stages) if stage.all(name)).last(name)


def variables(stages: list[Stage]) -> dict[str, str]:
    """The environment that the image sets."""
    settings = [env.assignments for stage in reversed(ancestry(stages)) for env in stage.all("ENV")]
    return {name: value for each in settings for name, value in each.items()}


def copied_sources(stages: list[Stage]) -> list[str]:
    """Every path of the build context that some COPY names."""
    copies = [copy for stage in stages for copy in stage.all("COPY") if "from" not in copy.options]
    return [source.rstrip("/") for copy in copies for source in copy.words[:-1]]


def files(name: str) -> list[str]:
    """Every file whose change makes another image: the Dockerfile and, of the sources, what git does not ignore."""
    listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--")
    command = (*listing, path_of(name), *copied_sources(image(name)))
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- ours
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


def _instructions(text: str) -> list[Instruction]:
    if "<<" in re.sub(r"(?m)^#.*$", "", text) or text.startswith("# syntax"):
        raise ValueError("heredocs and parser directives are not for every builder")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    pairs = (line.split(maxsplit=1) for line in joined.splitlines())
    return [Instruction(name.upper(), rest) for name, rest in pairs]


if __name__ == "__main__":
    print(json.dumps(files(sys.argv[1])))
