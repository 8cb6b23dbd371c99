"""How a change reaches the servers: the only room that waits and locks."""
