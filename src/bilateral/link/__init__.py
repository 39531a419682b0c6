"""Linking to open data: candidates, their scores, and a person's decisions."""
