"""The site in miniature: queue, worker, renderer pods, nodes and a ReplicaSet, driven by a clock of events.

It follows the real parts: a worker with 64 threads that only wait; a call asks the renderer that has the fewest calls
first, waits in its queue for up to nine seconds, then asks the next; who finds none within five seconds goes into the
delay queue with growing, jittered pauses of up to 30 s. A pod that is told to stop sends its waiting calls away and
finishes what it draws; after the grace period it is killed. The ReplicaSet removes pods without a node first, then
unready ones, then by deletion cost, then the newest.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from tests.benchmarks.autoscaling.traces import Job, Trace

THREADS, PREFETCH = 64, 64
WAIT_SECONDS, POD_QUEUE_SECONDS, POD_QUEUE_SIZE = 5.0, 9.0, 32
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
RESOLVE_SECONDS = 2.0
GRACE_SECONDS = 45.0
START_SECONDS = (8.0, 16.0)
NODE_IDLE_SECONDS = 600.0


@dataclass(eq=False, slots=True)
class Call:
    """A worker's thread that wants a job drawn. `epoch` outdates the timers of earlier waits."""

    job: Job
    deadline: float
    pause: float = 0.03
    epoch: int = 0
    left: list["Pod"] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Pod:
    """A renderer."""

    number: int
    node: "Node | None" = None
    placed_at: float | None = None
    ready_at: float | None = None
    gone_at: float | None = None
    stopping: bool = False
    deletion_cost: int = 0
    drawing: list[Call] = field(default_factory=list)
    waiting: deque[Call] = field(default_factory=deque)

    @property
    def serving(self) -> bool:
        """Whether calls may come."""
        return self.ready_at is not None and not self.stopping

    @property
    def calls(self) -> int:
        """What the worker counts to find the least busy."""
        return len(self.drawing) + len(self.waiting)


@dataclass(eq=False, slots=True)
class Node:
    """Room for some pods."""

    room: int
    permanent: bool
    pods: int = 0
    empty_since: float = 0.0


class World:
    """Plays a trace. `scale` is what autoscalers call; the properties are what they may look at."""

    def __init__(self, trace: Trace, seed: int) -> None:
        self.trace, self.now = trace, 0.0
        self.chance = random.Random(seed)
        self.replicas = 0
        self.pods: list[Pod] = []
        self.finished_pods: list[Pod] = []
        self.jobs = trace.arrivals(random.Random(seed))
        self.ready: deque[Job] = deque()
        self.in_flight = self.delayed = 0
        self.drawn = self.in_hand = 0
        self.mean_seconds: float | None = None
        self.scalings: list[tuple[float, int, int]] = []
        self.killed = self.disturbed = 0
        self.backlog_since: float | None = None
        self.longest_backlog = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._nodes = [Node(trace.cluster.room, permanent=True)]
        self._nodes_coming = 0
        self._resolved: tuple[float, list[Pod]] = (-RESOLVE_SECONDS, [])

    @property
    def demand(self) -> int:
        """All jobs that are not done."""
        return len(self.ready) + self.in_flight + self.delayed

    @property
    def list_length(self) -> int:
        """What LLEN says: nothing of what a worker has fetched."""
        return max(0, len(self.ready) - PREFETCH)

    @property
    def serving(self) -> list[Pod]:
        """Pods that take calls."""
        return [pod for pod in self.pods if pod.serving]

    @property
    def unplaced(self) -> int:
        """Pods without a node."""
        return sum(pod.node is None for pod in self.pods if not pod.stopping)

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Call `act` at a time."""
        self._number += 1
        heapq.heappush(self._events, (when, self._number, act))

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` again and again, from a random moment on."""

        def tick() -> None:
            act()
            self.at(self.now + seconds, tick)

        self.at(self.chance.uniform(0, seconds), tick)

    def run(self) -> None:
        """From the beginning to the end of the trace."""
        for job in self.jobs:
            self.at(job.arrived, partial(self._arrive, job))
        while self._events and self._events[0][0] <= self.trace.seconds:
            self.now, _, act = heapq.heappop(self._events)
            act()
            self._watch_backlog()
        self.now = self.trace.seconds

    def replica_seconds(self) -> float:
        """Time that pods had a place on a node."""
        return sum(
            (self.now if pod.gone_at is None else pod.gone_at) - pod.placed_at
            for pod in (*self.pods, *self.finished_pods)
            if pod.placed_at is not None
        )

    def scale(self, replicas: int, costs: Iterable[Pod] = ()) -> None:
        """Set the number of pods; `costs` are those to spare."""
        if replicas == self.replicas:
            return
        self.scalings.append((self.now, self.replicas, replicas))
        self.replicas = replicas
        spared = set(costs)
        living = [pod for pod in self.pods if not pod.stopping]
        for pod in living:
            pod.deletion_cost = 1 if pod in spared else 0
        for _ in range(replicas - len(living)):
            self._number += 1
            self.pods.append(Pod(self._number))
        for pod in sorted(living, key=_victim)[: max(0, len(living) - replicas)]:
            self._stop(pod)
        self._place()

    def _place(self) -> None:
        for pod in [pod for pod in self.pods if pod.node is None and not pod.stopping]:
            node = next((node for node in self._nodes if node.pods < node.room), None)
            if node is None:
                continue
            node.pods += 1
            pod.node, pod.placed_at = node, self.now
            self.at(self.now + self.chance.uniform(*START_SECONDS), partial(self._started, pod))
        wanted = -(-self.unplaced // self.trace.cluster.per_node)
        for _ in range(wanted - self._nodes_coming):
            self._nodes_coming += 1
            self.at(self.now + self.trace.cluster.node_seconds, self._node_came)

    def _node_came(self) -> None:
        self._nodes_coming -= 1
        node = Node(self.trace.cluster.per_node, permanent=False, empty_since=self.now)
        self._nodes.append(node)
        self.at(self.now + NODE_IDLE_SECONDS, lambda: self._node_idle(node))
        self._place()

    def _node_idle(self, node: Node) -> None:
        if not node.pods and self.now - node.empty_since >= NODE_IDLE_SECONDS and node in self._nodes:
            self._nodes.remove(node)

    def _started(self, pod: Pod) -> None:
        if not pod.stopping:
            pod.ready_at = self.now

    def _stop(self, pod: Pod) -> None:
        """SIGTERM."""
        pod.stopping = True
        self.disturbed += pod.calls
        waiting, pod.waiting = list(pod.waiting), deque()
        for call in waiting:
            call.epoch += 1
            self._next(call)
        if not pod.drawing:
            self._gone(pod)
        else:
            self.at(self.now + GRACE_SECONDS, lambda: self._kill(pod))

    def _kill(self, pod: Pod) -> None:
        if pod.gone_at is not None:
            return
        for call in pod.drawing:
            self.killed += 1
            self.in_hand -= 1
            self._later(call.job)
        pod.drawing = []
        self._gone(pod)

    def _gone(self, pod: Pod) -> None:
        pod.gone_at = self.now
        self.pods.remove(pod)
        self.finished_pods.append(pod)
        if (node := pod.node) is not None:
            node.pods -= 1
            if not node.pods and not node.permanent:
                node.empty_since = self.now
                self.at(self.now + NODE_IDLE_SECONDS, lambda: self._node_idle(node))
            self._place()

    def _arrive(self, job: Job) -> None:
        self.ready.append(job)
        self._fetch()

    def _fetch(self) -> None:
        while self.ready and self.in_flight < THREADS:
            self.in_flight += 1
            call = Call(self.ready.popleft(), self.now + WAIT_SECONDS)
            self._ask_all(call)

    def _ask_all(self, call: Call) -> None:
        if self.now - self._resolved[0] > RESOLVE_SECONDS:
            self._resolved = (self.now, self.serving)
        call.left = sorted(self._resolved[1], key=lambda pod: (-pod.calls, self.chance.random()))
        self._next(call)

    def _next(self, call: Call) -> None:
        """The next renderer of this round, or a pause, or the delay queue."""
        while call.left:
            pod = call.left.pop()
            if pod.serving and (not pod.drawing or len(pod.waiting) < POD_QUEUE_SIZE):
                self._accept(pod, call)
                return
        # With no renderer at all a longer pause changes nothing that is measured, and saves most of the events.
        call.pause = min(0.4, call.pause * 1.6) if self._resolved[1] else 1.0
        jittered = call.pause * self.chance.uniform(0.5, 1)
        if self.now + jittered > call.deadline:
            self._later(call.job)
        else:
            self.at(self.now + jittered, lambda: self._ask_all(call))

    def _accept(self, pod: Pod, call: Call) -> None:
        if not pod.drawing:
            self._draw(pod, call)
            return
        pod.waiting.append(call)
        epoch = call.epoch
        self.at(self.now + POD_QUEUE_SECONDS, lambda: self._waited(pod, call, epoch))

    def _waited(self, pod: Pod, call: Call, epoch: int) -> None:
        if call.epoch == epoch:
            pod.waiting.remove(call)
            call.epoch += 1
            self._next(call)

    def _draw(self, pod: Pod, call: Call) -> None:
        call.epoch += 1
        call.job.began = self.now
        self.in_hand += 1
        pod.drawing.append(call)
        self.at(self.now + call.job.seconds, lambda: self._drawn(pod, call))

    def _drawn(self, pod: Pod, call: Call) -> None:
        if pod.gone_at is not None:
            return
        pod.drawing.remove(call)
        self.in_hand -= 1
        seconds = call.job.seconds
        self.drawn += 1
        self.mean_seconds = seconds if self.mean_seconds is None else 0.95 * self.mean_seconds + 0.05 * seconds
        if pod.waiting:
            self._draw(pod, pod.waiting.popleft())
        elif pod.stopping:
            self._gone(pod)
        if call.job.poisoned:
            self._later(call.job)
        else:
            call.job.ended = self.now
            self.in_flight -= 1
            self._fetch()

    def _later(self, job: Job) -> None:
        """Into the delay queue, and back."""
        job.tries += 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(job.tries - 1, 10)) * self.chance.uniform(0.5, 1)
        self.in_flight -= 1
        self.delayed += 1
        self.at(self.now + pause, lambda: self._due(job))
        self._fetch()

    def _due(self, job: Job) -> None:
        self.delayed -= 1
        self._arrive(job)

    def _watch_backlog(self) -> None:
        """A backlog is more jobs than drawing pods."""
        backlog = self.demand > self.in_hand
        if backlog and self.backlog_since is None:
            self.backlog_since = self.now
        elif not backlog and self.backlog_since is not None:
            self.longest_backlog = max(self.longest_backlog, self.now - self.backlog_since)
            self.backlog_since = None


def _victim(pod: Pod) -> tuple[bool, bool, int, float]:
    """The order in which a ReplicaSet removes pods."""
    return (pod.node is not None, pod.ready_at is not None, pod.deletion_cost, -(pod.ready_at or 0.0))
