"""How a rung comes to a proposal."""
