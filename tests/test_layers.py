"""The layers: imports run one way, in no circle, and at the top of the file."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipeline"

# Each imports only from those before it. What stands in one line does not know one another.
LAYERS = [
    ["errors", "records"],
    ["paths", "text", "numerals", "workers"],
    ["numbering"],
    ["lexicon"],
    ["sources"],
    ["bulletins"],
    ["themes"],
    ["ledger"],
    ["analysis"],
    ["reporting"],
    ["flow"],
    ["cli"],
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
LAZY = ("pipeline", "pipeline.flow", "pipeline.cli")  # may import in functions: the command line must answer at once

Import = tuple[str, int, bool]  # module, line, whether hidden in a function


def module_name(path: Path, package: Path = PACKAGE) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def imports(source: str, modules: dict[str, str]) -> list[Import]:
    """Our own modules that the source imports."""
    found: list[Import] = []

    def visit(node: ast.AST, hidden: bool) -> None:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            base = node.module or ""
            names = [f"{base}.{a.name}" if f"{base}.{a.name}" in modules else base for a in node.names]
        found.extend((name, node.lineno, hidden) for name in names if name.partition(".")[0] == "pipeline")
        for child in ast.iter_child_nodes(node):
            visit(child, hidden or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))

    visit(ast.parse(source), hidden=False)
    return found


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def backward(modules: dict[str, str]) -> list[str]:
    """Imports of a layer that is not before one's own."""
    faults = []
    for name, source in modules.items():
        for target, line, _ in imports(source, modules):
            here, there = layer(name), layer(target)
            if name == "pipeline" or (not there and name in LAZY):
                continue  # the package's own door sees all; only flow and cli look back through it
            if here != there and (not there or RANK[there] >= RANK[here]):
                faults.append(f"{name}, line {line}: imports {target}")
    return faults


def hidden(modules: dict[str, str]) -> list[str]:
    """Imports of ours inside a function."""
    return [
        f"{name}, line {line}: imports {target} in a function"
        for name, source in modules.items()
        if name not in LAZY
        for target, line, inside in imports(source, modules)
        if inside
    ]


def circles(modules: dict[str, str]) -> list[str]:
    """Modules of one layer that import each other, by whatever way."""
    reach = {
        name: {
            target for target, *_ in imports(source, modules) if layer(target) == layer(name) != "" and target != name
        }
        for name, source in modules.items()
    }
    for middle in modules:
        for found in reach.values():
            if middle in found:
                found.update(reach[middle])
    return [name for name, found in reach.items() if name in found]


def test_every_module_has_its_layer():
    assert {layer(name) for name in MODULES if name != "pipeline"} == RANK.keys()


def test_no_import_runs_backward():
    assert backward(MODULES) == []


def test_no_import_is_hidden():
    assert hidden(MODULES) == []


def test_no_circle_within_a_layer():
    assert circles(MODULES) == []


# invented packages → what each check must say of them
WRONG = [
    (backward, {"pipeline.text": "from pipeline.ledger.build import place", "pipeline.ledger.build": ""}, 1),
    (backward, {"pipeline.text": "import pipeline.paths", "pipeline.paths": ""}, 1),  # side by side
    (backward, {"pipeline.text": "import pipeline", "pipeline": ""}, 1),
    (backward, {"pipeline.ledger.build": "from pipeline.text import trim", "pipeline.text": ""}, 0),
    (backward, {"pipeline.ledger": "if TYPE_CHECKING:\n    from pipeline import flow", "pipeline.flow": ""}, 1),
    (hidden, {"pipeline.text": "def f():\n    import pipeline.errors", "pipeline.errors": ""}, 1),
    (hidden, {"pipeline.flow": "def f():\n    import pipeline.errors", "pipeline.errors": ""}, 0),
    (circles, {"pipeline.a.x": "import pipeline.a.y", "pipeline.a.y": "from pipeline.a import x"}, 2),
    (
        circles,
        {
            "pipeline.a.x": "import pipeline.a.y",
            "pipeline.a.y": "import pipeline.a.z",
            "pipeline.a.z": "import pipeline.a.x",
        },
        3,
    ),
    (
        circles,
        {"pipeline.a": "from pipeline.a.x import f", "pipeline.a.x": "import pipeline.a.y", "pipeline.a.y": ""},
        0,
    ),
]


@pytest.mark.parametrize(("find", "modules", "faults"), WRONG)
def test_the_checks_find_what_is_wrong(find, modules, faults):
    assert len(find(modules)) == faults
