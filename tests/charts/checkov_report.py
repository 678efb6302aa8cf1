"""`python -W ignore -m tests.charts.checkov_report FILE` prints what checkov finds in a file of Kubernetes documents.

A process of its own, because importing checkov warns and patches. It goes to checkov's runner directly: the command
line loads every other framework first. Printed is JSON: failed (rule, object, name), and how many checks passed.
A file that checkov cannot parse is an error with exit status 1.
"""

import json
import sys

from checkov.kubernetes.runner import Runner
from checkov.runner_filter import RunnerFilter


def main(path: str) -> int:
    """Look at one file."""
    report = Runner().run(root_folder=None, files=[path], runner_filter=RunnerFilter(framework=["kubernetes"]))
    if isinstance(report, list) or report.parsing_errors:
        sys.stderr.write(f"checkov cannot read {path}\n")
        return 1
    failed = [
        {"rule": each.check_id, "object": each.resource, "name": each.check_name} for each in report.failed_checks
    ]
    sys.stdout.write(json.dumps({"failed": failed, "passed": len(report.passed_checks)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
