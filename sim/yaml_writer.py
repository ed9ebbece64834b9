"""Plain data out to YAML that the strict reader reads back to the same data."""

from typing import Any

import yaml

from sim.yaml_reader import Value, plain_value


def yaml_text(content: dict[str, Value]) -> str:
    """Content as YAML text: the order of the content, one value a line, quotes where needed."""
    return yaml.dump(
        content,
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes no aliases, and quotes any text that would be read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    try:
        needs_quotes = plain_value(text) != text
    except ValueError:
        needs_quotes = True
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "'" if needs_quotes else None)


_Dumper.add_representer(str, _text)
