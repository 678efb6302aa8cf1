"""Shares of the renderers, as pure code: nobody starves, and time is shared by weight."""

from collections import Counter, defaultdict
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.renders.fair import LANES, Flow, Lane, Shares

costs = st.floats(0.05, 15)
weights = st.sampled_from([1.0, 2.0, 5.0])


def draw(shares: Shares, waiting: list[Flow], seconds: float) -> Flow:
    """The next job, drawn in `seconds`."""
    flow, charged = shares.choose(waiting)
    shares.settle(flow, charged, seconds)
    return flow


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(weights, costs), min_size=2, max_size=6), st.lists(st.booleans(), max_size=60))
def test_accounts_with_work_share_by_weight_to_within_a_job_of_each(
    accounts: list[tuple[float, float]], strangers: list[bool]
) -> None:
    """Whoever comes in between, and whatever the jobs cost, which nobody knows beforehand."""
    shares, had = Shares(), defaultdict[Flow, float](float)
    flows = {Flow(Lane.DRAFT, str(n), weight): seconds for n, (weight, seconds) in enumerate(accounts)}
    longest = max(1.0, *flows.values())
    for turn in range(150):
        come = turn < len(strangers) and strangers[turn]
        waiting = [*flows, *([Flow(Lane.DRAFT, f"stranger {turn}")] if come else [])]
        flow, charged = shares.choose(waiting)
        shares.settle(flow, charged, flows.get(flow, 1.0))
        had[flow] += flows.get(flow, 1.0)
        for one, other in combinations(flows, 2):
            apart = abs(had[one] / one.weight - had[other] / other.weight)
            assert apart <= longest / one.weight + longest / other.weight + 1e-6


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(Lane)),
    st.integers(0, 20),
    st.lists(st.tuples(st.sampled_from(list(Lane)), st.floats(0.2, 1)), min_size=1, max_size=4),
)
def test_nobody_starves_while_newcomers_keep_coming(lane: Lane, before: int, others: list[tuple[Lane, float]]) -> None:
    """Each turn brings accounts that were never seen; who waits is served all the same, whatever it has had."""
    shares, patient = Shares(), Flow(lane, "patient")
    for _ in range(before):
        draw(shares, [patient], 0.5)
    for turn in range(5_000):
        newcomers = [Flow(kind, f"{turn}.{n}") for n, (kind, _) in enumerate(others)]
        if draw(shares, [patient, *newcomers], others[turn % len(others)][1]) == patient:
            return
    raise AssertionError("never served")


@given(st.integers(1, 300), costs)
def test_who_had_nothing_is_next_however_much_another_has_waiting(before: int, seconds: float) -> None:
    shares, flood, stranger = Shares(), Flow(Lane.DRAFT, "flood"), Flow(Lane.PUBLISHED, "stranger")
    for _ in range(before):
        draw(shares, [flood], seconds)
    assert draw(shares, [flood, stranger], seconds) == stranger
    beside = Flow(Lane.DRAFT, "beside")
    assert beside in [draw(shares, [flood, beside], seconds) for _ in range(2)]


@given(st.integers(1, 300))
def test_idle_time_is_not_saved_up(before: int) -> None:
    shares, steady, late = Shares(), Flow(Lane.DRAFT, "steady"), Flow(Lane.DRAFT, "late")
    for _ in range(before):
        draw(shares, [steady], 1.0)
    served = Counter(draw(shares, [steady, late], 1.0).account for _ in range(20))
    assert abs(served["steady"] - served["late"]) <= 2


def test_lanes_share_by_their_weights() -> None:
    shares, had = Shares(), Counter[Lane]()
    flows = [Flow(lane, "one") for lane in Lane]
    for _ in range(850):
        had[draw(shares, flows, 1.0).lane] += 1
    assert [round(had[lane] / 10) for lane in LANES] == [64, 16, 4, 1]


def test_only_who_is_ahead_is_kept_and_all_of_it_is_json() -> None:
    shares = Shares()
    for number in range(1_000):
        draw(shares, [Flow(Lane.LOOP, str(number))], 0.5)
    again = Shares.model_validate(shares.model_dump(mode="json"))
    assert again == shares
    assert len(again.accounts[Lane.LOOP].had) <= 2
