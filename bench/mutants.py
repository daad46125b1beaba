"""Mutants: what of the rules, their savings and prices could be wrong without a test that fails.

    .venv/bin/python bench/mutants.py                                    all targets
    .venv/bin/python bench/mutants.py src/services/cop/rules/nat_idle.py  a file or a folder of them
    .venv/bin/python bench/mutants.py --sample 200                       so many of them, the same each time
    .venv/bin/python bench/mutants.py x.py --tests x_test.py             any other module, by these tests

A mutant is a module with one thing wrong: < for <=, + for -, `or` for `and`, a number that is one more or
doubled, another severity or confidence, a condition turned round, None for a result, a saving doubled. For
each, the tests that call its function run in a fork of a process that has collected them, until one fails;
what nothing fails for has survived, and is printed. All of it is in memory: a fork takes the mutant's code
into the functions that there are, and computes the module's constants again.

Not mutated: words (f-strings), defaults of parameters, bodies of classes, and of a rule's file what only its
examples use. A test that has read a constant of another module when it was collected does not see it mutated.

Why no library: mutmut leaves the constants of modules alone, and neither it nor Cosmic Ray knows a saving or
a severity. Cosmic Ray writes into the sources and starts a pytest for each mutant, which takes more than a
second of processor here; a fork takes a tenth.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import functools
import gc
import json
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from services.read import stamp  # noqa: E402

COP, COSTS = "src/services/cop", "src/services/costs"
PRICES, MODELS = "src/services/prices", "src/services/models"
RULES = (*(f"{COP}/{name}_test.py" for name in ("rules", "traps", "support")), "tests/rule_cases_test.py")
ENDS = (f"{COP}/lifecycles_test.py", *RULES)
BILL = tuple(f"{COSTS}/{name}_test.py" for name in ("costs", "store", "resource_level"))
BILL += ("src/services/cost_breakdown_service_test.py", f"{COP}/spend_test.py", "src/lambda_costs_test.py")
TARGETS: dict[str, tuple[str, ...]] = {  # files -> the tests that concern them
    f"{COP}/rules/*.py": RULES,
    f"{COP}/ledger.py": (f"{COP}/ledger_test.py", f"{COP}/traps_test.py", f"{COP}/store_test.py"),
    f"{COP}/savings.py": (f"{COP}/savings_test.py", f"{COP}/findings_test.py"),
    f"{COP}/disjoint.py": (f"{COP}/disjoint_test.py", f"{COP}/savings_test.py"),
    f"{COP}/inspection.py": (f"{COP}/inspection_test.py", f"{COP}/elsewhere_test.py", *RULES),
    f"{COP}/ports.py": (f"{COP}/ports_test.py", *RULES),
    f"{COP}/reach.py": (f"{COP}/ports_test.py", *RULES),
    f"{COP}/runs.py": ENDS,
    f"{COP}/support.py": ENDS,
    f"{COSTS}/*.py": BILL,
    f"{PRICES}/*.py": (f"{PRICES}/prices_test.py", "src/services/costs/resource_costs_test.py", *RULES),
    f"{MODELS}/reach.py": (f"{MODELS}/reach_test.py", f"{COP}/ports_test.py"),
    f"{MODELS}/networks.py": (f"{MODELS}/networks_test.py", f"{MODELS}/reach_test.py"),
    f"{MODELS}/bounds.py": (f"{MODELS}/bounds_test.py",),
}
LEAST, PATIENCE = 3, 90  # seconds: of the processor, and of the clock where it waits for something
MEMORY = 2**31  # bytes more than the tests have taken
WORDS = (("critical", "high", "medium", "low"), ("certain", "measured", "hint"))  # each for the one before
BARE = (ast.Name, ast.Attribute, ast.Call, ast.Subscript)  # conditions that no other change turns round
SWAPS: dict[type[ast.AST], type[ast.AST]] = {}
for one, other in (
    (ast.Lt, ast.LtE),
    (ast.Gt, ast.GtE),
    (ast.Eq, ast.NotEq),
    (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn),
    (ast.Add, ast.Sub),
    (ast.Mult, ast.Div),
    (ast.And, ast.Or),
):
    SWAPS |= {one: other, other: one}

Chosen = Mapping[str, set[int]] | None  # numbers of mutants by file, None for all
Put = Callable[[Any], None]  # in the place of a node


@dataclass
class Mutant:
    """change: makes it of the tree that it was found in. place: the function or statement that it
    is in.
    """

    file: str
    line: int
    words: str
    change: Callable[[], None]
    place: ast.stmt

    def of_function(self, line: int) -> bool:
        """Whether a function that begins there is it, or in it."""
        first = min(each.lineno for each in (self.place, *getattr(self.place, "decorator_list", ())))
        return first <= line <= (self.place.end_lineno or first)

    @property
    def is_constant(self) -> bool:
        return isinstance(self.place, ast.Assign | ast.AnnAssign)


@dataclass(frozen=True)
class Result:
    """outcome: "killed", "never ended" or "survived"."""

    file: str
    line: int
    words: str
    outcome: str


# ---- what is mutated


def mutants(file: str, tree: ast.Module) -> list[Mutant]:
    """All of a module's, in its order."""
    found = []
    for root, put, place in places(tree):
        for node, put_node, is_condition in nodes(root, put):
            for new in changed(node, is_condition):
                change = functools.partial(put_node, new)
                words = f"{shown(node)} -> {shown(new)}"
                found.append(Mutant(file, node.lineno, words, change, place))
    return found


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, Put, ast.stmt]]:
    """The statements of functions and the values of constants, each with what it is of."""
    wanted = used_by_check(tree)
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            names = names_set(statement)
            if "RULE" in names and isinstance(statement.value, ast.Call):
                limits = [each for each in statement.value.keywords if each.arg == "limits"]
                yield from ((each.value, putter(each, "value"), statement) for each in limits)
            elif "__all__" not in names and (wanted is None or names & wanted):
                yield statement.value, putter(statement, "value"), statement
        elif wanted is None or getattr(statement, "name", "") in wanted:
            for node in ast.walk(statement):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield from ((each, putter(node.body, at), node) for at, each in enumerate(node.body))


def used_by_check(tree: ast.Module) -> set[str] | None:
    """Of a rule's file, the names that its judgement is made of; None of another one."""
    named = {name: each for each in tree.body for name in names_set(each)}
    if "RULE" not in named:
        return None
    found, waiting = set(), ["check"]  # which may be that of another module
    while waiting:
        name = waiting.pop()
        if name in named and name not in found:
            found.add(name)
            waiting += [each.id for each in ast.walk(named[name]) if isinstance(each, ast.Name)]
    return found


def names_set(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = (
        statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", statement)]
    )
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


def nodes(node: ast.AST, put: Put, is_condition: bool = False) -> Iterator[tuple[Any, Put, bool]]:
    """The node and all below it, but for words, types and functions of their own."""
    if isinstance(node, ast.JoinedStr | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    yield node, put, is_condition
    for name, value in ast.iter_fields(node):
        if name == "annotation" or getattr(node, "arg", "") == "strict":
            continue
        for at, each in enumerate(value) if isinstance(value, list) else ():
            if isinstance(each, ast.AST):
                yield from nodes(each, putter(value, at), name == "ifs")
        if isinstance(value, ast.AST):
            yield from nodes(value, putter(node, name), name == "test")


def putter(holder: Any, at: Any) -> Put:
    def put(new: Any) -> None:
        if isinstance(holder, list):
            holder[at] = new
        else:
            setattr(holder, at, new)

    return put


def changed(node: ast.AST, is_condition: bool) -> Iterator[ast.AST]:
    """The node with one thing wrong, in each way that there is."""
    if is_condition and isinstance(node, BARE):
        yield at_its_place(node, ast.UnaryOp(ast.Not(), node))
    for new in (*with_another_operator(node), *with_another_value(node)):
        yield at_its_place(node, new)


def with_another_operator(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, ops, right):
            for at, op in enumerate(ops):
                if type(op) in SWAPS:
                    yield ast.Compare(left, [*ops[:at], swapped(op), *ops[at + 1 :]], right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(swapped(op), values)
        case ast.BinOp(left, op, right) if type(op) in SWAPS:
            yield ast.BinOp(left, swapped(op), right)
        case ast.AugAssign(target, op, value) if type(op) in SWAPS:
            yield ast.AugAssign(target, swapped(op), value)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand


def with_another_value(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value) if value and (not isinstance(value, ast.Constant) or value.value):
            yield ast.Return(ast.Constant(None))
        case ast.Constant(value):
            yield from (ast.Constant(each) for each in others(value))
        case ast.Call(ast.Name("Decimal" | "share"), [ast.Constant(str(value))], []):
            yield from (ast.Call(node.func, [ast.Constant(str(each))], []) for each in others(float(value)))
        case ast.Call(ast.Attribute(attr="told"), [saving, *rest], keywords):
            doubled = ast.parse(f"(lambda one: one and one + one)({ast.unparse(saving)})", mode="eval").body
            yield ast.Call(node.func, [doubled, *rest], keywords)


def swapped(op: ast.AST) -> Any:
    return SWAPS[type(op)]()


def others(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, *([value * 2] if value not in (0, 1) else [])]
    return [scale[scale.index(value) - 1] for scale in WORDS if value in scale]


def at_its_place(old: Any, new: Any) -> Any:
    """So that the mutant's functions begin on the same lines."""
    place = {name: getattr(old, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    for each in ast.walk(new):
        if isinstance(each, ast.stmt | ast.expr) and not hasattr(each, "lineno"):
            vars(each).update(place)
    vars(new).update(place)
    return new


def shown(node: ast.AST) -> str:
    words = ast.unparse(node).split("\n")[0].replace("(lambda one: one and one + one)", "twice")
    return words if len(words) < 90 else f"{words[:87]}..."


# ---- how a fork becomes one


class Target:
    """A module whose tests this process has collected, as its forks change it."""

    def __init__(self, file: Path) -> None:
        self.name = str(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file)
        self.file, self.tree = str(file), ast.parse(file.read_text(encoding="utf-8"))
        self.mutants = mutants(self.name, self.tree)
        modules = [each for each in [*sys.modules.values()] if getattr(each, "__file__", "") == self.file]
        self.modules: list[ModuleType] = modules  # none, if no test imports it
        self.functions: dict[tuple[str, int], list[FunctionType]] = defaultdict(list)
        self.caches = []
        rules = [each for name, each in sys.modules.items() if name.startswith("services.cop.rules.")]
        self.rules = {id(each.RULE): each.__name__ for each in rules}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename == self.file:
                self.functions[key(each.__code__)].append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and self.is_reached_by(each.__module__):
                self.caches.append(each)

    def is_reached_by(self, module: str) -> bool:
        names = {each.__name__ for each in self.modules}
        return module in names or any(name in reached(module) for name in names)

    def concerns(self, item: pytest.Item) -> bool:
        """A test with a rule is about what that rule's module can reach."""
        rule = getattr(item, "callspec", None) and item.callspec.params.get("rule")
        if not hasattr(rule, "check"):
            return True
        return self.is_reached_by(self.rules[id(rule)])

    def become(self, mutant: Mutant) -> None:
        mutant.change()
        for code in codes(compile(self.tree, self.file, "exec")):
            for function in self.functions.get(key(code), ()):
                # with other free variables it is a closure, which its function makes anew
                with contextlib.suppress(ValueError):
                    function.__code__ = code
        if mutant.is_constant:
            for module in self.modules:
                set_constants(module, self.tree, mutant.place, self.file)
        for cache in self.caches:
            cache.cache_clear()


def key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from codes(each)


@functools.cache
def reached(module: str) -> frozenset[str]:
    with contextlib.suppress(KeyError):
        return frozenset(stamp.closure(module))
    return frozenset()  # no module of src


def set_constants(module: ModuleType, tree: ast.Module, first: ast.stmt, file: str) -> None:
    """Compute this one again, and those that are made of it, for whoever has imported them too."""
    new, stale = dict(vars(module)), names_set(first)
    for statement in tree.body[tree.body.index(first) :]:
        used = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
        if isinstance(statement, ast.Assign | ast.AnnAssign) and used & stale:
            exec(compile(ast.Module([statement], []), file, "exec"), new)  # noqa: S102
            stale |= names_set(statement)
    for name in stale:
        old, value = vars(module)[name], new[name]
        if hasattr(old, "__dataclass_fields__") and hasattr(old, "__dict__"):  # a rule, which others hold
            vars(old).update(vars(value))
            continue
        for each in [*sys.modules.values()]:
            if vars(each).get(name) is old:
                setattr(each, name, value)


# ---- how they are tested


class Hunt:
    """A plugin of pytest that, in place of running the tests, runs them once for each mutant."""

    def __init__(self, files: Sequence[Path], chosen: Chosen, jobs: int) -> None:
        self.files, self.chosen, self.jobs = files, chosen, jobs
        self.results: list[Result] = []
        self.wrong = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            self.wrong = f"{session.testsfailed} files of tests could not be collected"
            return True
        for file in self.files:
            if not self.wrong:
                self._hunt(Target(file), session)
        return True

    def _hunt(self, target: Target, session: pytest.Session) -> None:
        tests = [item for item in session.items if target.modules and target.concerns(item)]
        tests.sort(key=lambda item: item.path.stem != f"{Path(target.file).stem}_test")
        chosen = [each for number, each in enumerate(target.mutants) if self._is_chosen(target, number)]
        if not chosen:
            return
        with tempfile.TemporaryDirectory() as folder:
            calls = Path(folder) / "calls"
            first = self._fork(folder, 10 * PATIENCE, lambda: note_calls(tests, target.file, calls))
            _, status, used = os.wait4(first, 0)
            if status:
                self.wrong = f"the tests of {target.name} fail without a mutant"
                return
            called = json.loads(calls.read_text(encoding="utf-8"))
            seconds = round(3 * (used.ru_utime + used.ru_stime)) + LEAST  # calls that are noted take longer
            running: dict[int, Mutant] = {}
            while chosen or running:
                while chosen and len(running) < self.jobs:
                    mutant = chosen.pop(0)
                    own = [
                        test
                        for test, lines in zip(tests, called, strict=True)
                        if mutant.is_constant or any(map(mutant.of_function, lines))
                    ]
                    process = self._fork(folder, seconds, lambda: try_mutant(target, mutant, own))  # noqa: B023
                    running[process] = mutant
                process, status = os.wait()
                self._note(running.pop(process), status)
        tell(target.name, [each for each in self.results if each.file == target.name])

    def _is_chosen(self, target: Target, number: int) -> bool:
        return self.chosen is None or number in self.chosen.get(target.file, ())

    def _note(self, mutant: Mutant, status: int) -> None:
        late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM)
        outcome = "never ended" if late else "killed" if status else "survived"
        self.results.append(Result(mutant.file, mutant.line, mutant.words, outcome))

    def _fork(self, folder: str, seconds: int, run: Callable[[], bool]) -> int:
        """The process that runs these tests; it ends with 0 if they pass."""
        own = tempfile.mkdtemp(dir=folder)
        process = os.fork()
        if process:
            return process
        try:
            tempfile.tempdir = own
            bound(seconds)
            os._exit(0 if run() else 1)
        except BaseException:  # of the mutant: it can't even be made
            os._exit(1)


def note_calls(tests: Sequence[pytest.Item], file: str, into: Path) -> bool:
    """Write down the first line of each function in the file that each test calls."""
    called: list[list[int]] = []
    for test, after in zip(tests, [*tests[1:], None], strict=True):
        lines: set[int] = set()

        def note(frame: FrameType, event: str, _: object, lines: set[int] = lines) -> None:
            if event == "call" and frame.f_code.co_filename == file:
                lines.add(frame.f_code.co_firstlineno)

        threading.setprofile(note)
        sys.setprofile(note)
        if not passes(test, after):
            return False
        called.append(sorted(lines))
    sys.setprofile(None)
    into.write_text(json.dumps(called), encoding="utf-8")
    return True


def try_mutant(target: Target, mutant: Mutant, tests: Sequence[pytest.Item]) -> bool:
    target.become(mutant)
    return all(passes(test, after) for test, after in zip(tests, [*tests[1:], None], strict=True))


def bound(seconds: int) -> None:
    """What this process may take, whatever its mutant does: it ends by a signal, and says nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds + PATIENCE)
    with Path("/proc/self/statm").open() as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY,) * 2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def passes(item: pytest.Item, after: pytest.Item | None) -> bool:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
    return not item.session.testsfailed


def hunt(tests: Sequence[str], files: Sequence[Path], chosen: Chosen, jobs: int) -> Hunt:
    """In a process of its own, which has imported nothing before."""
    os.chdir(ROOT)
    quick_hypothesis()
    plugin = Hunt(files, chosen, jobs)
    quiet = (
        "-qq",
        "-s",
        "--no-header",
        "--no-summary",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-p",
        "no:timeout",
    )
    code = pytest.main([*quiet, *tests], plugins=[plugin])
    if not plugin.wrong and code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        plugin.wrong = f"pytest ended with {code}"
    result = Hunt((), None, 0)
    result.results, result.wrong = plugin.results, plugin.wrong
    return result


def quick_hypothesis() -> None:
    """Nothing kept beside the sources, the same examples each time, and none made smaller."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", database=None, derandomize=True, deadline=None, phases=phases)
    settings.load_profile("mutants")


# ---- which, and what is told


def targets(paths: Sequence[Path], tests: Sequence[str]) -> dict[tuple[str, ...], list[Path]]:
    """The files of each set of tests."""
    found: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    if tests:
        return {tuple(str(Path(each).resolve()) for each in tests): [path.resolve() for path in paths]}
    for pattern, concerned in TARGETS.items():
        for file in sorted(ROOT.glob(pattern)):
            named = not paths or any(file.is_relative_to(path.resolve()) for path in paths)
            if named and not file.name.endswith("_test.py"):
                found[concerned].append(file)
    return found


def sampled(files: Sequence[Path], size: int) -> dict[str, set[int]]:
    """The numbers of the mutants to try, by file; the same for the same files."""
    every = [
        (str(file), number)
        for file in files
        for number, _ in enumerate(mutants("", ast.parse(file.read_text(encoding="utf-8"))))
    ]
    found: dict[str, set[int]] = defaultdict(set)
    for file, number in random.Random(1).sample(every, min(size, len(every))):  # noqa: S311
        found[file].add(number)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--tests", nargs="+", default=())
    parser.add_argument("--sample", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    groups, begun = targets(options.paths, options.tests), time.monotonic()
    files = [file for group in groups.values() for file in group]
    chosen = sampled(files, options.sample) if options.sample else None
    results: list[Result] = []
    for tests, group in groups.items():  # a process each: what one has imported, another one must not have
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(hunt, tests, group, chosen, options.jobs).result()
        if found.wrong:
            sys.exit(found.wrong)
        results += found.results
    print(f"\n{summary('all', results)}, {time.monotonic() - begun:,.0f} s")


def tell(file: str, results: Sequence[Result]) -> None:
    print(summary(file, results))
    for each in sorted(results, key=lambda one: one.line):
        if each.outcome == "survived":
            print(f"    {each.file}:{each.line}  {each.words}")
    sys.stdout.flush()


def summary(name: str, results: Sequence[Result]) -> str:
    count = Counter(each.outcome for each in results)
    part = 100 * count["survived"] / max(len(results), 1)
    late = f", {count['never ended']} never ended" if count["never ended"] else ""
    return f"{name}: {len(results):,} mutants, {count['survived']:,} survived ({part:.1f} %){late}"


if __name__ == "__main__":
    main()
