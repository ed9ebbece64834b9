"""Sweeps: from a question to many runs, and from these to effects, sensitivities and maps.

A plan (`plan`) names base scenarios, factors and a design (`design`); its points become scenarios
(`points`), grouped by the past that they share (`shared_past`); workers or a cluster live them
(`running`, `tasks`, `cluster`) into a folder (`store`) that the analyses read (`study`).
"""
