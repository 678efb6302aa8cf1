"""Fills a new site with the works of the folder `gallery`, by the same HTTP requests that a user would send."""
