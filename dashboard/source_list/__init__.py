"""The list of what can be shown: runs in the folder, scenarios under their subjects."""
