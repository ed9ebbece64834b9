"""The shared vocabulary: money, months, random numbers, rules, tables. Imports nothing of ours."""
