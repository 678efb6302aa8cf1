"""Commands about desires."""

from argparse import Namespace
from dataclasses import asdict

from services.admin.command import Command, Outcome, Site
from services.core.desires import clicks
from services.core.desires.clicks import ENOUGH, Share, Thresholds


async def _clicks(site: Site, _: Namespace) -> Outcome:
    async with site.database.read() as session:
        found = clicks.thresholds(await clicks.read(session))
    lines = [line for each in found for line in _said(each)]
    return Outcome(
        lines or ["nobody has said anything of likeness yet"], {"embedders": [asdict(each) for each in found]}
    )


def _said(found: Thresholds) -> list[str]:
    counts = ", ".join(f"{count} {kind}" for kind, count in found.counts.items())
    lines = [f"{found.embedder_id}: {counts}; with a score {found.same} one wish, {found.different} not"]
    if not found.is_enough:
        lines.append(f"  too few to act on: {ENOUGH} of each are needed")
    if found.best is not None and found.best_between is not None:
        low, high = found.best_between
        lines.append(f"  best {found.best:.3f} (between {low:.3f} and {high:.3f})")
    if found.clean is not None:
        lines.append(f"  clean {_share(found.clean)}")
    return lines + [f"  from {_share(step)}" for step in found.steps]


def _share(found: Share) -> str:
    return f"{found.score:.3f}: {found.same} of {found.clicks} are one wish ({found.low:.0%} to {found.high:.0%})"


COMMANDS = (Command("desire-clicks", "show what thresholds people's clicks on like wishes would give", _clicks),)
