"""pyproject.toml says what is there, and the checkout does not shadow the install."""

import tomllib

from tests.repo.sources import LAYERS, ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def folders_with_code() -> set[str]:
    return {
        ".".join(["quantacore", *path.parent.relative_to(ROOT).parts])
        for layer in LAYERS
        for path in (ROOT / layer).rglob("__init__.py")
    }


def test_package_list_is_complete() -> None:
    listed = PYPROJECT["tool"]["setuptools"]["packages"]
    assert sorted(listed) == listed
    assert set(listed) == folders_with_code()


def test_every_folder_with_python_is_a_package() -> None:
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            assert (path.parent / "__init__.py").exists(), f"{path.parent} lacks __init__.py"


def test_data_files_are_packaged() -> None:
    """Every file that is not Python in a layer matches a pattern of ``package-data``."""
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc", ".nbi", ".nbc"):
                continue
            package = ".".join(["quantacore", *path.parent.relative_to(ROOT).parts])
            assert any(path.match(pattern) for pattern in patterns.get(package, [])), (
                f"{path.relative_to(ROOT)} must be in package-data of {package}"
            )


def test_namespace_is_not_shadowed() -> None:
    assert not (ROOT / "quantacore").exists()
    assert not (ROOT / "__init__.py").exists()


def test_every_dependency_says_why() -> None:
    in_list = False
    for line in (ROOT / "pyproject.toml").read_text().split("[project.scripts]")[0].splitlines():
        in_list = in_list or line.endswith("= [")
        if in_list and line.strip().startswith('"') and "quantacore[" not in line:
            assert "#" in line, f"Dependency must have a comment: {line.strip()}"
        in_list = in_list and line != "]"


def test_every_verb_is_a_module() -> None:
    from quantacore.sim.cli.main import VERBS

    for verb in VERBS:
        assert (ROOT / "sim" / "cli" / f"{verb}.py").exists()
