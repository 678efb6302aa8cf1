"""The rate limits of a HorizontalPodAutoscaler's `behavior`: how many replicas the policies allow. Pure, never fails.

A policy looks at the number there was when its period began: what is there now without what the period changed.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from operators.renderer.api import Direction, Policy, PolicyType, ScaleEvent, SelectPolicy


def scale_up_limit(rules: Direction, current: int, events: Iterable[ScaleEvent], now: datetime) -> int:
    """The most replicas that scale-up may ask for."""
    if rules.select_policy is SelectPolicy.DISABLED:
        return current
    seen = list(events)
    limits = [_grown(policy, _at_start(policy, current, seen, now)) for policy in rules.policies]
    return max(current, _select(rules, max(limits), min(limits)))


def scale_down_limit(rules: Direction, current: int, events: Iterable[ScaleEvent], now: datetime) -> int:
    """The fewest replicas that scale-down may ask for."""
    if rules.select_policy is SelectPolicy.DISABLED:
        return current
    seen = list(events)
    limits = [_shrunk(policy, _at_start(policy, current, seen, now)) for policy in rules.policies]
    return min(current, max(0, _select(rules, min(limits), max(limits))))


def _select(rules: Direction, largest_change: int, smallest_change: int) -> int:
    return largest_change if rules.select_policy is SelectPolicy.MAX else smallest_change


def _at_start(policy: Policy, current: int, events: list[ScaleEvent], now: datetime) -> int:
    since = now - timedelta(seconds=policy.period_seconds)
    return max(0, current - sum(event.change for event in events if event.at > since))


def _grown(policy: Policy, start: int) -> int:
    if policy.type is PolicyType.PODS:
        return start + policy.value
    # A percentage of little would round to nothing and hold for ever.
    return max(start + 1, math.ceil(start * (100 + policy.value) / 100))


def _shrunk(policy: Policy, start: int) -> int:
    if policy.type is PolicyType.PODS:
        return start - policy.value
    return min(start - 1, math.floor(start * (100 - policy.value) / 100))
