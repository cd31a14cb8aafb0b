"""Columns and rows: tables in memory, scrubbed, scanned and profiled."""
