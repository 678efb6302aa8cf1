"""`fractafrag admin`: what the people who run a site do from a shell. Every rule is in services/core."""
