"""The graph in the forms of other tools: property graphs, networks, tables, and other RDF."""
