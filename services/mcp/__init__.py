"""The MCP service: tools for agents, a client of the API with the agent's own key."""
