"""The graph over HTTP: SPARQL 1.1 Protocol, saved questions, and pages for every IRI of ours."""
