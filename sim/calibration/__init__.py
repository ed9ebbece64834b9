"""Calibration: parameters found from figures of the real world by a procedure that can be repeated.

A plan (`plan`) names parameters with their bounds and checks of sim/evidence as targets
(`targets`); runs say what values of the parameters come to (`evaluation`); a search goes through
them (`search`); around its best point the targets' slopes tell how well the data pin each parameter
down (`identification`); `calibrating` does all of it, `files` and `page` keep it.
"""
