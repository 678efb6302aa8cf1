"""Plans that people pay for by month."""
