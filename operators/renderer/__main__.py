"""`python -m operators.renderer`."""

import sys

from operators.renderer.main import main

sys.exit(main())
