"""What the Makefile calls beside the project's own processes."""
