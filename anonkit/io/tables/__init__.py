"""Files that hold tables in a binary format: read in parts, scrubbed, and written in the same format."""
