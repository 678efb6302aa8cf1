"""Runs inside a renderer's pod: writes what it says about its load."""

import sys
import urllib.request

if __name__ == "__main__":
    with urllib.request.urlopen("http://127.0.0.1:3100/load", timeout=5) as answer:
        sys.stdout.write(answer.read().decode())
