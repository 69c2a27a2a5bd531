"""How long things may be (CONTRIBUTING.md): what is short is read."""

import ast
from statistics import median, quantiles

from tests.house.sources import FunctionNode, Module, app_modules, modules, shown, templates

# Never lowered: a capability comes with its tests.
SHARE_OF_TESTS = 0.55


def length(function: FunctionNode) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def too_long(module: Module, most: int) -> list[str]:
    return [
        f"{module.path}:{function.lineno}: {function.name} has {length(function)} lines, at most {most}"
        for function in module.functions()
        if length(function) > most
    ]


def is_view(function: FunctionNode) -> bool:
    return [argument.arg for argument in function.args.args[:1]] == ["request"]


def is_task(function: FunctionNode) -> bool:
    return any("shared_task" in ast.unparse(decorator) for decorator in function.decorator_list)


def p95(lengths: list[int]) -> float:
    return quantiles(lengths, n=20)[-1]


ALL = modules("crm", "calls", "onboarding", "demo", "tests", "bench")
VIEWS = [module for module in app_modules() if module.kind == "views"]


def test_no_function_has_more_than_60_lines() -> None:
    assert [fault for module in ALL for fault in too_long(module, 60)] == []


def test_a_long_function_is_named_with_its_line() -> None:
    module = Module("calls/long.py", "import os\n\n\ndef long() -> None:\n" + "    pass\n" * 60)
    assert too_long(module, 60) == ["calls/long.py:4: long has 61 lines, at most 60"]


def test_nineteen_functions_of_twenty_have_at_most_40_lines() -> None:
    lengths = sorted(
        (length(function), f"{module.path}:{function.name}")
        for module in ALL
        for function in module.functions()
    )
    assert p95([lines for lines, _name in lengths]) <= 40, lengths[-10:]


def test_no_file_has_more_than_500_lines() -> None:
    assert [f"{module.path} has {module.lines} lines" for module in ALL if module.lines > 500] == []


def test_nineteen_files_of_twenty_have_at_most_350_lines() -> None:
    assert p95([module.lines for module in ALL]) <= 350


def test_no_view_has_more_than_30_lines_and_half_have_at_most_12() -> None:
    views = [(module, function) for module in VIEWS for function in module.functions() if is_view(function)]
    long = [f"{module.path}:{view.lineno}: {view.name}" for module, view in views if length(view) > 30]
    assert long == []
    assert median(length(view) for _module, view in views) <= 12


def test_no_task_has_more_than_12_lines() -> None:
    tasks = [
        (module, function) for module in app_modules() for function in module.functions() if is_task(function)
    ]
    assert [f"{module.path}:{task.name}" for module, task in tasks if length(task) > 12] == []


def test_nineteen_templates_of_twenty_have_at_most_120_lines() -> None:
    lengths = sorted((len(path.read_text().splitlines()), shown(path)) for path in templates())
    assert p95([lines for lines, _name in lengths]) <= 120, lengths[-5:]


def test_half_of_the_tests_have_at_most_12_lines() -> None:
    tests = (function for module in modules("tests") for function in module.functions())
    assert median(length(function) for function in tests if function.name.startswith("test_")) <= 12


def test_the_share_of_tests_does_not_fall() -> None:
    product = sum(module.lines for module in app_modules())
    tests = sum(module.lines for module in modules("tests"))
    assert tests / (product + tests) >= SHARE_OF_TESTS, f"{tests} of {product + tests} lines"
