"""The ontology for people: every term with what it means, how often it is used, and an example."""
