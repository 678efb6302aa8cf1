"""Models that write shaders: generations, attempts, calls, quotas."""
