"""What the tests of the architecture look at: our files, by module name."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAYERS = ("golden", "hdl", "sim", "host")


def module_files() -> dict[str, Path]:
    """Return module name without ``quantacore.`` -> file; packages under their own name."""
    files = {}
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            parts = list(path.relative_to(ROOT).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            files[".".join(parts)] = path
    return files


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imports_by_module() -> dict[str, set[str]]:
    """Return module -> absolute names that it imports anywhere, functions included.

    ``from a import b`` counts as ``a.b`` if that is a module of ours, as ``a`` otherwise.
    """
    files = module_files()
    found: dict[str, set[str]] = {}
    for module, path in files.items():
        names: set[str] = set()
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}: imports must be absolute"
                base = node.module or ""
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    names.add(full if full.removeprefix("quantacore.") in files else base)
        found[module] = names
    return found


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")
