"""Strings of the page Policy."""

from dashboard.catalogue import Catalogue, Words


class PolicyText(Catalogue):
    """The strings, in the order of the page."""

    NAME = Words("Policy", "政策")
    ELSEWHERE = Words(
        "No timeline here yet. “loansim policy observed” shows the rules of a scenario: whom "
        "they bind, at what level, from when.",
        "此处尚无时间线。“loansim policy observed”列出情景中的规则：适用对象、水平与起始时间。",
    )
