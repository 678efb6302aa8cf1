"""What the tests of this folder share beside the control plane. All of them carry the marker `cluster`."""

from pathlib import Path

import pytest

from tests.fixtures.control_plane import CHARTS, ControlPlane

HERE = Path(__file__).parent
OPERATOR_CHART = CHARTS / "fractafrag-operator"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing of this folder may run without being asked for."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def definitions(control_plane: ControlPlane) -> str:
    """The namespace of the operator's chart that owns the CustomResourceDefinition, as release `fractafrag-operator`."""
    namespace = control_plane.namespace("home")
    control_plane.helm("install", "fractafrag-operator", OPERATOR_CHART, "--wait", namespace=namespace)
    return namespace
