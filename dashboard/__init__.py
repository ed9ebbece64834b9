"""dashboard: the market in a browser, from runs in a folder or from scenarios run on the spot.

    loansim dashboard            (or: python -m dashboard)

The web process serves pages and draws; it never simulates. Simulations run in worker processes.

    __main__.py        the command: options, the port, the end
    server.py          worker pool, app and web server, started and ended together
    app.py             the Dash app: pages, head of the document, security headers
    shell.py           what surrounds every page: name, pages, language, light and dark
    pages.py           all pages; page.py says what one is
    market/            the page Market: ids, layout, content, status, effects, callbacks; so are
    whatif/ lenders/ borrowers/ sweeps_page/ policy/ evidence/ learn/
    figures.py         tables -> Plotly figures, pure; cards.py says what each chart of a page shows
    difference_figures.py  the same for what one run changes against another
    choice.py          what a reader chose, as an address
    library.py         choice -> tables: runs in a folder (runs.py), scenarios on the spot (jobs.py)
    jobs.py, work.py   orders for the worker processes (sim/workers.py), and what a worker does
    policy_calendar.py what a scenario's rules do when, before anything is simulated
    catalogue.py       strings in English and Chinese: of a page in its own texts.py, of several
                       in texts.py here; policy_words.py those of policy events
    theme.py           colours and type of pages and charts
"""
