"""`make eval-desires`: the embedders on the labelled set. Thresholds from the tuning half, figures from the held-out.

`--calibrate` writes services/core/embedding/calibrations.json anew: `suggest_at` is measured on the tuning half alone,
`join_at` is decided (docs/decisions/0070-embedder.md).
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from services.core.embedding.calibration import PATH as CALIBRATIONS
from services.core.embedding.calibration import Calibration
from services.core.embedding.guard import Guard
from services.core.embedding.lexicon import FOLDER
from services.core.embedding.load import KINDS, load_guard, uncalibrated
from services.core.embedding.protocol import Vectors
from services.core.embedding.stems import tokens_of
from tests.benchmarks.desires import plain
from tests.benchmarks.desires.edits import OTHER, SAME, edited
from tests.benchmarks.desires.figures import measure, own_threshold
from tests.benchmarks.desires.labels import PATH as LABELS
from tests.benchmarks.desires.labels import Prompt, prompts

ROOT = Path(__file__).parents[3]
JOIN_AT = 0.82
# Above this share of all pairs people are asked.
_ASKED_FROM = 0.985

Embed = Callable[[Sequence[str]], Vectors]


def main() -> None:
    """Measure all, print, keep."""
    parser = argparse.ArgumentParser(prog="make eval-desires")
    parser.add_argument("--calibrate", action="store_true")
    arguments = parser.parse_args()
    labelled = prompts()
    if arguments.calibrate:
        calibrate([prompt for prompt in labelled if prompt.half == "tuning"])
    corpus = [line for path in sorted(FOLDER.glob("*.txt")) for line in path.read_text().splitlines()]
    embedders: dict[str, Embed] = {
        "plain TF-IDF": lambda texts: plain.tfidf(texts, corpus),
        "plain LSA": lambda texts: plain.lsa(texts, corpus),
        **{kind: uncalibrated(kind).embed for kind in KINDS},
    }
    results = {name: figures_of(embed, labelled, load_guard()) for name, embed in embedders.items()}
    report(results)
    path = ROOT / "build" / "bench" / "eval-desires.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n")


def calibrate(tuning: Sequence[Prompt]) -> None:
    """Measures `suggest_at` of every kind of embedder, and writes the calibrations."""
    found = {}
    for kind in KINDS:
        embedder = uncalibrated(kind)
        vectors = embedder.embed([prompt.text for prompt in tuning])
        pairs = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
        found[kind] = Calibration(
            id=embedder.id,
            join_at=JOIN_AT,
            suggest_at=round(float(np.quantile(pairs, _ASKED_FROM)), 3),
            calibrated_on=f"{LABELS.relative_to(ROOT)}, tuning half of {len(tuning)} prompts",
        ).model_dump()
    CALIBRATIONS.write_text(json.dumps(found, indent=2) + "\n")


def figures_of(embed: Embed, labelled: Sequence[Prompt], guard: Guard) -> dict[str, Any]:
    """All figures of one embedder."""
    vectors = embed([prompt.text for prompt in labelled])
    parts = {}
    for half in ("tuning", "held out"):
        places = [place for place, prompt in enumerate(labelled) if prompt.half == half]
        parts[half] = vectors[places], [labelled[place] for place in places]
    threshold = own_threshold(*parts["tuning"])
    return {
        "threshold": threshold,
        **{half: asdict(measure(*part, threshold)) for half, part in parts.items()},
        "automatic": automatic(vectors, labelled, guard),
        "edits": {name: share_of(embed, twins, guard) for name, twins in twins_of(parts["held out"][1]).items()},
    }


def twins_of(labelled: Sequence[Prompt]) -> dict[str, list[tuple[str, str]]]:
    """The edited twins of the English prompts."""
    reader = load_guard().reader
    longer = [prompt for prompt in labelled if len(tokens_of(prompt.text)) > 2]
    english = [prompt for prompt in longer if reader.read(prompt.text).language == "en"]
    return {name: edited(english, edit) for name, edit in {**SAME, **OTHER}.items()}


def automatic(vectors: Vectors, labelled: Sequence[Prompt], guard: Guard) -> dict[str, int]:
    """Pairs of the whole set at 0.82 or more: how many, how many are right, and the same behind the guard."""
    similar = np.argwhere(np.triu(vectors @ vectors.T, 1) >= JOIN_AT)
    pairs = [(labelled[one], labelled[other]) for one, other in similar]
    joined = [(one, other) for one, other in pairs if guard.compare(one.text, other.text).allows]
    return {
        "pairs": len(pairs),
        "right": sum(one.wish == other.wish for one, other in pairs),
        "joined": len(joined),
        "joined_right": sum(one.wish == other.wish for one, other in joined),
    }


def share_of(embed: Embed, twins: Sequence[tuple[str, str]], guard: Guard) -> dict[str, float]:
    """Of edited twins: how many are at 0.82 or more, and how many are joined."""
    texts, others = embed_both(embed, twins)
    near = (texts * others).sum(axis=1) >= JOIN_AT
    allowed = np.array([guard.compare(*pair).allows for pair in twins])
    return {"count": len(twins), "at_join": float(near.mean()), "joined": float((near & allowed).mean())}


def embed_both(embed: Embed, twins: Sequence[tuple[str, str]]) -> tuple[Vectors, Vectors]:
    """Vectors of the prompts and of their twins, from one call: plain embedders are fitted on what they embed."""
    vectors = embed([text for pair in twins for text in pair])
    return vectors[::2], vectors[1::2]


def report(results: dict[str, dict[str, Any]]) -> None:
    """Prints the tables."""
    print("| embedder | own t | P / R / F1 | B3 | near | hit@1 / @3 | at 0.82: right / pairs | joined |")
    print("|---|---|---|---|---|---|---|---|")
    for name, found in results.items():
        held, auto = found["held out"], found["automatic"]
        print(
            f"| {name} | {found['threshold']:.2f} | {held['precision']:.2f} / {held['recall']:.2f} / {held['f1']:.3f} "
            f"| {held['b_cubed']:.3f} | {held['near']:.2f} | {held['hit_1']:.2f} / {held['hit_3']:.2f} "
            f"| {auto['right']} / {auto['pairs']} | {auto['joined_right']} / {auto['joined']} |"
        )
    print("\nEdited twins, share at 0.82 or more / joined behind the guard:\n")
    print("| edit | twins |", " | ".join(results), "|")
    print("|---|---|" + "---|" * len(results))
    for edit in next(iter(results.values()))["edits"]:
        row = [found["edits"][edit] for found in results.values()]
        shares = " | ".join(f"{each['at_join']:.2f} / {each['joined']:.2f}" for each in row)
        print(f"| {edit} | {row[0]['count']} | {shares} |")


if __name__ == "__main__":
    main()
