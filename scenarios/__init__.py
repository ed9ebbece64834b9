"""What if: scenario files, one per question, and in `data/` the figures they use, with sources."""
