"""Evidence: what the model shows beside what is known, check by check, none of it fitted here.

A check (`check`) names a figure of the real world, what is accepted beside it, and the statistic of
a run that answers to it. Worlds (`worlds`) are lived seed by seed (`validating`); what comes out is
judged, kept (`files`) and shown as a page (`page`) or in the dashboard.
"""
