"""The link is the mean similarity to the members, which is the inner product with their un-normalised mean."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.desires.clustering import arrivals


@given(st.integers(0, 2**32 - 1), st.integers(2, 20), st.floats(-0.5, 0.9))
def test_each_goes_to_the_nearest_mean(seed: int, count: int, threshold: float) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    members: list[list[int]] = []
    for arrival in arrivals(vectors @ vectors.T, range(count), threshold):
        links = [float(vectors[each].mean(axis=0) @ vectors[arrival.text]) for each in members]
        if arrival.cluster == len(members):
            assert all(link < threshold + 1e-5 for link in links)
            members.append([])
        else:
            assert links[arrival.cluster] >= max(threshold, *links) - 1e-5
        members[arrival.cluster].append(arrival.text)


def test_what_is_near_comes_together_and_the_rest_stays_alone() -> None:
    vectors = np.array([[1, 0], [0.98, 0.199], [0, 1]], np.float32)
    assert [each.cluster for each in arrivals(vectors @ vectors.T, range(3), 0.82)] == [0, 0, 1]
    assert [each.cluster for each in arrivals(vectors @ vectors.T, range(3), 0.99)] == [0, 1, 2]
    assert [each.nearest for each in arrivals(vectors @ vectors.T, range(3), 0.82)] == [(), (0,), (0,)]
