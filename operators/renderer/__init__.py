"""The renderer autoscaler: keeps as many renderers as the queue of renders needs."""
