"""People's own keys at providers of models, sealed."""
