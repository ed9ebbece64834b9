"""Strings of the page Learn."""

from dashboard.catalogue import Catalogue, Words


class LearnText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Learn", "学习")
    ELSEWHERE = Words(
        "No text here yet. README.md explains the measures, and docs/odd.md the model.",
        "此处尚无内容。README.zh.md 解释各项指标，docs/odd.md 说明模型。",
    )
