"""The relationship network: its ties, its measures, and what is drawn and written of it."""
