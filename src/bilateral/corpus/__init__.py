"""Many pages: the same pure function over each, in processes of one machine or of a Spark cluster."""
