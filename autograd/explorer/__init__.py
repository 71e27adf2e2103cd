"""A page that answers back: a recorded graph in one HTML file, with its paths, its numbers and its steps to touch."""
