"""What happened in a run, in the page's language: found, put into words, marked on charts."""
