"""What `--help` shows at the end of a command: uses of it that work as they stand."""

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "run": (
        ("loansim run observed", "the default: 100,000 borrowers, 84 months"),
        ("loansim run observed --borrowers 5000 --months 24", "a quick look"),
        ("loansim run my.yaml --seeds 5 --out runs/mine", "your scenario, five seeds"),
    ),
    "walk": (
        ("loansim walk", "month by month, with keys"),
        ("loansim walk --months 3", "three months, then the end"),
    ),
    "compare": (
        ("loansim compare observed cap_20", "what a 20% ceiling changes"),
        ("loansim compare observed my.yaml --seeds 20 --out runs/effect", "with tables and report"),
        ("loansim compare observed cap_20 --format csv", "for a spreadsheet"),
    ),
    "inspect": (
        ("loansim inspect", "somebody who owes two lenders"),
        ("loansim inspect --borrower 17 --month 2026-03", "a month of borrower 17, in full"),
    ),
    "plot": (
        ("loansim plot runs/observed-1", "concentration, default and price"),
        ("loansim plot runs/observed-1 balance unmet_demand", "columns of the market table"),
        ("loansim plot runs/observed-1 hhi --format csv", "its months as CSV"),
    ),
    "policy": (
        ("loansim policy observed", "every rule, its dates and source"),
        ("loansim policy observed --month 2027-12", "what binds in December 2027"),
    ),
    "dashboard": (
        ("loansim dashboard", "on http://127.0.0.1:8050/"),
        ("loansim dashboard --results runs --port 8060", "another folder, another port"),
    ),
    "doctor": (
        ("loansim doctor", "is everything there?"),
        ("loansim doctor --format json", "for a bug report"),
    ),
    "validate": (
        ("loansim validate observed --seeds 20", "checks against figures and facts"),
        ("loansim validate observed --seeds 2 --borrowers 5000", "whether it works at all"),
    ),
    "calibrate": (
        ("loansim calibrate observed_2024 --out runs/fit", "from a plan"),
        ("loansim calibrate --resume runs/fit", "after Ctrl-C or a crash"),
    ),
    "scenarios list": (
        ("loansim scenarios list", "all, by subject"),
        ("loansim scenarios list cap", "those that speak of caps"),
        ("loansim scenarios list --format json", "with their questions"),
    ),
    "scenarios show": (
        ("loansim scenarios show cap_20", "the file"),
        ("loansim scenarios show cap_20 --resolved", "all that it comes to"),
    ),
    "scenarios validate": (("loansim scenarios validate my.yaml", "can it be run?"),),
    "scenarios schema": (("loansim scenarios schema", "for an editor"),),
    "scenarios new": (("loansim scenarios new my", "writes my.yaml"),),
    "scenarios diff": (("loansim scenarios diff observed cap_20", "what differs, and from when"),),
    "sweep plans": (("loansim sweep plans", "those that come with the program"),),
    "sweep validate": (("loansim sweep validate plan.yaml", "can it be run, and how many runs?"),),
    "sweep run": (("loansim sweep run cap_and_competition --out runs/cap", "from a plan"),),
    "sweep resume": (("loansim sweep resume runs/cap", "after Ctrl-C or a crash"),),
    "sweep status": (
        ("loansim sweep status runs/cap", "how far it is, and what failed"),
        ("loansim sweep status runs/cap --format csv", "every run with its levels"),
    ),
    "sweep export": (("loansim sweep export runs/cap --out cap.csv", "all runs as one table"),),
    "sweep effects": (
        ("loansim sweep effects runs/cap --by competition", "paired effects and intervals"),
        ("loansim sweep effects runs/cap --measure hhi --format csv", "one measure, as CSV"),
    ),
    "sweep sensitivity": (
        ("loansim sweep sensitivity runs/global --measure hhi", "Morris or Sobol indices"),
    ),
    "sweep surface": (
        ("loansim sweep surface runs/cap --measure balance", "a quadratic in all factors"),
    ),
    "sweep bands": (("loansim sweep bands runs/open --measure hhi", "luck and parameters apart"),),
    "sweep discover": (
        ("loansim sweep discover runs/cap 'default_rate_12m>7%'", "where does it come true?"),
    ),
    "sweep robust": (
        ("loansim sweep robust runs/cap --threshold 'default_rate_12m<=7%'", "regret of policies"),
    ),
    "sweep pareto": (
        ("loansim sweep pareto runs/cap --aim balance:max --aim hhi:min", "what none beats"),
    ),
}
"""Command -> uses of it and what each is for."""

EXIT_CODES = "Exit codes: 0 done; 1 something failed; 2 the input cannot be used; 130 interrupted."


def examples_of(command: str) -> str:
    """The examples of a command as the end of its help: what for, and below it the line to type."""
    lines = [text for line, words in EXAMPLES[command] for text in (f"  # {words}", f"  {line}")]
    return "\n".join(["\b", "Examples:", *lines])
