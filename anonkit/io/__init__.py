"""Bytes in and out: sources, encodings, compression, archives, blocks of lines, worker processes, atomic files."""
