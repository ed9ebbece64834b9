"""Look: the pages of the dashboard, its figures and its text. Stands above `sim` and `agents`."""
