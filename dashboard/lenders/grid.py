"""The table of all lenders: a grid to sort and filter; its rows are links to the lenders."""

from collections.abc import Sequence
from typing import Any

import dash_ag_grid

from dashboard.catalogue import Language
from dashboard.lenders.ids import Id
from dashboard.lenders.overview import HEADS
from dashboard.lenders.texts import LendersText

THEME = (
    "themeQuartz.withParams({backgroundColor: 'var(--paper)', foregroundColor: 'var(--ink)', "
    "borderColor: 'var(--line)', headerBackgroundColor: 'var(--paper)', accentColor: "
    "'var(--accent)', headerTextColor: 'var(--quiet)', browserColorScheme: 'inherit', fontSize: "
    "13, headerFontSize: 12, spacing: 5})"
)
"""The grid in the page's colours, light and dark."""

HEIGHT = 520


def grid(rows: Sequence[dict[str, Any]], chosen: str, language: Language) -> Any:
    """The table of `overview` rows.

    chosen : the lender that is shown, by its short name
    """
    decimals = {head.field: head.decimals for head in HEADS}
    return dash_ag_grid.AgGrid(
        id=Id.GRID,
        rowData=[_rounded(row, decimals) for row in rows],
        columnDefs=column_definitions(language),
        getRowId="params.data.id",
        selectedRows={"ids": [chosen]} if chosen else [],
        defaultColDef={"sortable": True, "resizable": True, "minWidth": 84},
        dashGridOptions={
            "theme": {"function": THEME},
            "rowSelection": {
                "mode": "singleRow",
                "enableClickSelection": True,
                "checkboxes": False,
            },
            "animateRows": False,
            "suppressCellFocus": False,
            "localeText": LOCALE[language],
        },
        style={"height": f"{HEIGHT}px", "width": "100%"},
    )


def column_definitions(language: Language) -> list[dict[str, Any]]:
    """The grid's columns: name, kind, numbers with their meaning on the head."""
    words = {"filter": "agTextColumnFilter", "floatingFilter": True}
    columns: list[dict[str, Any]] = [
        {
            "field": "lender",
            "headerName": LendersText.FIRM.say(language),
            "pinned": "left",
            "width": 230,
        }
        | words,
        {"field": "kind", "headerName": LendersText.HEAD_KIND.say(language), "width": 190} | words,
    ]
    for head in HEADS:
        columns.append(
            {
                "field": head.field,
                "headerName": head.text.say(language),
                "type": "rightAligned",
                "headerTooltip": head.means.say(language) if head.means else None,
                "width": 112,
                "wrapHeaderText": True,
                "autoHeaderHeight": True,
                "valueFormatter": {"function": f"params.value == null ? '–' : "
                                   f"d3.format(',.{head.decimals}f')(params.value)"},
            }
        )  # fmt: skip
    return columns


def _rounded(row: dict[str, Any], decimals: dict[str, int]) -> dict[str, Any]:
    """A row without digits that nobody sees, so that less travels."""
    return {
        name: round(value, decimals[name] + 2) if isinstance(value, float) else value
        for name, value in row.items()
    }


LOCALE: dict[Language, dict[str, str]] = {
    "en": {},
    "zh": {
        "filterOoo": "筛选……",
        "contains": "包含",
        "notContains": "不包含",
        "equals": "等于",
        "notEqual": "不等于",
        "startsWith": "开头为",
        "endsWith": "结尾为",
        "blank": "空",
        "notBlank": "非空",
        "noRowsToShow": "没有可显示的机构",
        "ariaFilterInput": "筛选输入",
        "ariaLabelColumnFilter": "列筛选",
        "ariaFilterMenuOpen": "打开筛选菜单",
    },
}
"""The grid's own words."""
