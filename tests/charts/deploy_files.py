"""The fields of skaffold.yaml and kind-config.yaml that we use, as strict models: an unknown one is an error.

Interface: `Skaffold` and `Kind` (pydantic models of the parsed files), `Skaffold.releases()`, `artifacts()`.
skaffold ignores what it does not know in places, and neither tool is here to ask. Add a field when a file needs one.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Strict(BaseModel):
    """Knows its fields and no others."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class Metadata(Strict):
    """What a configuration is called."""

    name: str


class Command(Strict):
    """A command on this machine or in a container."""

    command: list[str]


class Hook(Strict):
    """Where a command runs."""

    host: Command | None = None
    container: Command | None = None


class Hooks(Strict):
    """What runs before and after something."""

    before: list[Hook] = Field(default_factory=list)
    after: list[Hook] = Field(default_factory=list)


class Dependencies(Strict):
    """A command that lists the files whose change makes a new image."""

    command: str


class Custom(Strict):
    """How an image is built by a command."""

    build_command: str
    dependencies: Dependencies


class Manual(Strict):
    """Files that are copied into a running container."""

    src: str
    dest: str
    strip: str | None = None


class Sync(Strict):
    """What is copied instead of building anew."""

    manual: list[Manual] = Field(default_factory=list)
    infer: list[str] = Field(default_factory=list)
    hooks: Hooks | None = None


class Artifact(Strict):
    """An image."""

    image: str
    context: str = "."
    custom: Custom
    sync: Sync | None = None
    requires: list[dict[str, str]] = Field(default_factory=list)


class Build(Strict):
    """All images."""

    artifacts: list[Artifact] = Field(default_factory=list)
    tag_policy: dict[str, Any] | None = None
    platforms: list[str] | None = None


class Release(Strict):
    """A helm release."""

    name: str
    chart_path: str
    namespace: str | None = None
    create_namespace: bool | None = None
    values_files: list[str] = Field(default_factory=list)
    set_values: dict[str, Any] = Field(default_factory=dict)
    set_value_templates: dict[str, Any] = Field(default_factory=dict)
    overrides: dict[str, Any] = Field(default_factory=dict)
    wait: bool | None = None
    skip_build_dependencies: bool | None = None
    use_helm_secrets: bool | None = None
    upgrade_on_change: bool | None = None
    depends_on: list[str] = Field(default_factory=list)


class HelmFlags(Strict):
    """Flags for helm's commands."""

    install: list[str] = Field(default_factory=list)
    upgrade: list[str] = Field(default_factory=list)


class Helm(Strict):
    """All helm releases."""

    releases: list[Release]
    flags: HelmFlags | None = None
    hooks: Hooks | None = None


class Deploy(Strict):
    """How it gets to the cluster."""

    helm: Helm | None = None
    kube_context: str | None = None
    status_check: bool | None = None
    status_check_deadline_seconds: int | None = None
    tolerate_failures_until_deadline: bool | None = None


class Manifests(Strict):
    """What is rendered."""

    helm: Helm | None = None
    raw_yaml: list[str] = Field(default_factory=list)


class PortForward(Strict):
    """A port of the cluster on this machine."""

    resource_type: str
    resource_name: str
    namespace: str | None = None
    port: int | str
    local_port: int | None = None
    address: str | None = None


class Activation(Strict):
    """When a profile counts without being named."""

    command: str | None = None
    env: str | None = None
    kube_context: str | None = None


class Patch(Strict):
    """One change that a profile makes."""

    op: Literal["add", "remove", "replace"] = "replace"
    path: str
    value: Any = None

    def apply(self, document: Any) -> None:
        """Change a parsed file."""
        *parents, last = self.path.strip("/").split("/")
        for part in parents:
            document = document[int(part) if isinstance(document, list) else part]
        if isinstance(document, list) and self.op == "add":
            document.insert(len(document) if last == "-" else int(last), self.value)
            return
        place = int(last) if isinstance(document, list) else last
        if self.op != "add":
            del document[place]
        if self.op != "remove":
            document[place] = self.value


class Variant(Strict):
    """What the file and each of its profiles may hold."""

    build: Build | None = None
    deploy: Deploy | None = None
    manifests: Manifests | None = None
    port_forward: list[PortForward] = Field(default_factory=list)


class Profile(Variant):
    """A variant that is asked for by name."""

    name: str
    activation: list[Activation] = Field(default_factory=list)
    patches: list[Patch] = Field(default_factory=list)


class Skaffold(Variant):
    """skaffold.yaml."""

    api_version: str = Field(pattern=r"^skaffold/v4beta\d+$")
    kind: Literal["Config"]
    metadata: Metadata | None = None
    profiles: list[Profile] = Field(default_factory=list)

    def variants(self) -> list[Variant]:
        """The file's own part and those of its profiles."""
        return [self, *self.profiles]

    def patched(self) -> list["Skaffold"]:
        """The whole file as it is with each profile; KeyError or IndexError for a patch that hits nothing."""
        return [self._with(profile) for profile in self.profiles]

    def _with(self, profile: Profile) -> "Skaffold":
        document = self.model_dump(by_alias=True, exclude_unset=True)
        for patch in profile.patches:
            patch.apply(document)
        return Skaffold.model_validate(document)

    def releases(self) -> list[Release]:
        """Every helm release, those of profiles too."""
        places = [part for each in self.variants() for part in (each.deploy, each.manifests) if part]
        return [release for place in places if place.helm for release in place.helm.releases]

    def artifacts(self) -> list[Artifact]:
        """Every image, those of profiles too."""
        return [artifact for each in self.variants() if each.build for artifact in each.build.artifacts]


class PortMapping(Strict):
    """A port of this machine that leads into a node."""

    container_port: int
    host_port: int
    listen_address: str = "127.0.0.1"
    protocol: Literal["TCP", "UDP"] = "TCP"


class Mount(Strict):
    """A folder of this machine in a node."""

    host_path: str
    container_path: str
    read_only: bool = False
    selinux_relabel: bool = False


class Node(Strict):
    """A node of kind."""

    role: Literal["control-plane", "worker"]
    image: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    extra_port_mappings: list[PortMapping] = Field(default_factory=list)
    extra_mounts: list[Mount] = Field(default_factory=list)
    kubeadm_config_patches: list[str] = Field(default_factory=list)


class Kind(Strict):
    """kind-config.yaml."""

    kind: Literal["Cluster"]
    api_version: Literal["kind.x-k8s.io/v1alpha4"]
    name: str | None = None
    nodes: list[Node] = Field(min_length=1)
    networking: dict[str, Any] = Field(default_factory=dict)
    feature_gates: dict[str, bool] = Field(default_factory=dict)
    containerd_config_patches: list[str] = Field(default_factory=list)
