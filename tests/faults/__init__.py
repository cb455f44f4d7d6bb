"""Kills and failing writes at each file operation of every command that writes."""
