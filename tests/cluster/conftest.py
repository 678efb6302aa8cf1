"""What the tests of this folder share beside the control plane. All of them carry the marker `cluster`.

Without KUBE_ASSETS one of them is skipped, with the line that says how to get it, and the others are left out.
"""

import os
from pathlib import Path

import pytest

from tests.fixtures.control_plane import CHARTS, HINT, ControlPlane

HERE = Path(__file__).parent
OPERATOR_CHART = CHARTS / "fractafrag-operator"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Nothing of this folder may run without being asked for, nor without a control plane."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.cluster)
    if ours and not os.environ.get("KUBE_ASSETS"):
        ours[0].add_marker(pytest.mark.skip(reason=HINT))
        config.hook.pytest_deselected(items=ours[1:])
        items[:] = [item for item in items if item not in ours[1:]]


@pytest.fixture(scope="session")
def definitions(control_plane: ControlPlane) -> str:
    """The namespace where the release `fractafrag-operator` owns the CustomResourceDefinition."""
    namespace = control_plane.namespace("home")
    control_plane.helm("install", "fractafrag-operator", OPERATOR_CHART, "--wait", namespace=namespace)
    return namespace
