"""Asking the graph: saved questions, free SPARQL, and the engines that answer."""
