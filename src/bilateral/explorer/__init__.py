"""The explorer: the page in which people look at a graph, as one file and served."""
