"""How a value is replaced."""
