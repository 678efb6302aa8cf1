# Empty but load-bearing: it keeps services/ itself off sys.path, where services/mcp would shadow the MCP SDK.
