"""Search the plans of one problem: start, anneal, part pairs of cells exactly, and begin again until told to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.annealing import CHANGE_SUM, CHANGES, WITHIN, anneal
from gridgis.planning.board import BY_APART, OUTSIDE, TOGETHER, Board, add_up_totals, set_up, value
from gridgis.planning.problem import NO_CELL, Problem, moment_costs
from gridgis.planning.randomness import Words, seeded
from gridgis.planning.resplit import resplit_all
from gridgis.planning.start import halved_plan, mended_plan
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

MOST_CENTRE_UNITS = 1_500
_KEPT_EACH_STEP = 2_500
_CHUNKS = 24
_FEW = 24
_PAIR_UNITS = 44
_SET_BUDGET = 200_000
_SETS_AT_ONCE = 2_000_000
_MOST_PARTINGS = 20
_FIRMER = 8
_QUICK_CELL = 40
_ROUNDING = 1e-9
_GRACE_S = 3.0
_GRACE = 0.25


@dataclass(frozen=True, slots=True)
class Annealing:
    """How one run of annealing goes.

    Attributes:
        hot, cold: Temperatures, in mean changes of cost by one step.
        trees: Share of tries that recombine two cells.
        chains: Share of tries that may go on as chains of steps.
        firm: Price of load outside limits, as a multiple of the temperature over the mean load; 0 lets it follow how
            often the walk is within limits.
        slant: How far halving lines of a fresh start may turn, radians.
        fresh: Whether to begin anew, rather than from the best plan.
    """

    hot: float
    cold: float
    trees: float
    chains: float = 0.5
    firm: float = 0.0
    slant: float = 0.8
    fresh: bool = True


_RUNS = (
    Annealing(hot=2.0, cold=0.02, trees=0.02),
    Annealing(hot=2.0, cold=0.1, trees=0.3),
    Annealing(hot=0.4, cold=0.01, trees=0.02, fresh=False),
    Annealing(hot=1.0, cold=0.02, trees=0.1, firm=300.0),
    Annealing(hot=2.0, cold=0.02, trees=0.02),
    Annealing(hot=2.0, cold=0.1, trees=0.1),
    Annealing(hot=0.7, cold=0.02, trees=0.1, fresh=False),
    Annealing(hot=1.0, cold=0.02, trees=0.1, firm=1000.0),
)


@dataclass(eq=False)
class Chain:
    """One seeded sequence of runs on a problem, with the best plans it met.

    Attributes:
        problem: What is asked.
        rng: State of the random numbers.
        found: Plans within limits, their values first, best first; each label array once.
        nearest: The plan least far outside limits, where none is within.
        nearest_outside: Load outside limits of that plan.
    """

    problem: Problem
    rng: Words
    board: Board
    scale: float = 1.0
    speed: float = 0.0
    found: list[tuple[float, Ints]] = field(default_factory=list)
    nearest: Ints | None = None
    nearest_outside: float = float("inf")
    stamp: int = 0

    @classmethod
    def of(cls, problem: Problem, seed: int, stream: int) -> Chain:
        """A chain that has not run yet."""
        return cls(problem, seeded(seed, stream), lay_out(problem))

    def fresh_labels(self, slant: float) -> Ints:
        """A plan to begin from: today's where units are locked, else newly laid out."""
        problem, board = self.problem, self.board
        if problem.locked is not None and problem.locked.any():
            return self.todays_labels()
        labels = halved_plan(board.start, board.other, board.load, board.x, board.y, problem.cells, slant, self.rng)
        if problem.today is not None and problem.objective.stability > 0:
            labels = named_as_today(problem, labels)
        return np.asarray(labels, dtype=np.int32)

    def todays_labels(self) -> Ints:
        """Today's plan, each cell in one part, every unit in a cell and every cell with a unit."""
        problem, board = self.problem, self.board
        today = problem.today
        if today is None:
            raise AssertionError
        labels = today.astype(np.int32).copy()
        homeless = np.flatnonzero(labels == NO_CELL)
        while len(homeless):
            for unit in homeless:
                near = labels[board.other[board.start[unit] : board.start[unit + 1]]]
                near = near[near != NO_CELL]
                if len(near):
                    labels[unit] = near[0]
            left = np.flatnonzero(labels == NO_CELL)
            if len(left) == len(homeless):
                break
            homeless = left
        locked = board.locked
        mended_plan(board.start, board.other, board.load, locked, labels)
        for empty in np.setdiff1d(np.arange(problem.cells), labels):
            size = np.bincount(labels, minlength=problem.cells)
            free = np.bincount(labels, weights=~locked, minlength=problem.cells)
            largest = int(np.argmax(np.where((free > 0) & (size > 1), size, 0)))
            members = np.flatnonzero((labels == largest) & ~locked)
            for unit in members:
                labels[unit] = empty
                rest = np.flatnonzero(labels == largest)
                if len(np.unique(problem.graph.among(rest).pieces())) == 1:
                    break
                labels[unit] = largest
        return labels

    def begin(self, labels: Ints) -> None:
        """Lay a plan on the board."""
        self.board.label[:] = labels
        set_up(self.board)

    def learn_scale(self) -> None:
        """Learn how much one step changes the cost, from a short walk without penalty."""
        self.board.price[:] = 0.0
        _, counts = self._walk(2_000, 1e-12, 1e-12, Annealing(hot=1, cold=1, trees=0, chains=0), keep=False)
        if counts[CHANGES] and counts[CHANGE_SUM] > 0:
            self.scale = float(counts[CHANGE_SUM] / counts[CHANGES])

    def run(self, steps: int, kind: Annealing, stop: Stop) -> None:
        """Anneal once, then part pairs exactly; the board holds the outcome."""
        board, problem = self.board, self.problem
        if len(board.far):  # adding up a cell takes its size squared then, so large cells recombine less often
            kind = replace(kind, trees=kind.trees * min(1.0, _QUICK_CELL * problem.cells / problem.units))
        mean = float(board.limits[2]) or 1.0
        hot, cold = self.scale * kind.hot, self.scale * kind.cold
        cooling = (cold / hot) ** (1 / _CHUNKS)
        price = 20 * self.scale / mean
        temperature = hot
        small = problem.units <= _KEPT_EACH_STEP
        pairs = 2 * problem.units <= _PAIR_UNITS * problem.cells
        chunk = max(steps // _CHUNKS, 1)
        for at in range(_CHUNKS):
            board.price[:] = kind.firm * temperature / mean if kind.firm else price
            began = stop.clock()
            within, counts = self._walk(chunk, temperature, temperature * cooling, kind, keep=small)
            self.speed = chunk / max(stop.clock() - began, 1e-6)
            if not within and pairs and small and not self.found and at >= _CHUNKS // 3:
                self._part_pairs(stop, put_back=True)
            temperature *= cooling
            share = counts[WITHIN] / chunk
            late = at >= _CHUNKS * 2 // 3 and not within
            price *= 2.0 if late else 1.3 if share < 0.1 else 1 / 1.2 if share > 0.3 else 1.0  # noqa: PLR2004
            if stop.reached():
                break
        self._firm_up(chunk, temperature, price, kind, stop, keep=small)
        if pairs and not stop.reached():
            self._part_pairs(stop, put_back=False)
        self._note()

    def _firm_up(
        self, steps: int, temperature: float, price: float, kind: Annealing, stop: Stop, *, keep: bool
    ) -> None:
        """Let load outside limits cost more and more until the plan on the board has none, or it does not help."""
        board = self.board
        if 2 * self.problem.units <= _PAIR_UNITS * self.problem.cells:
            self._mend_loads()
        add_up_totals(board)
        for _ in range(_FIRMER if not self.found else _FIRMER // 4):
            if board.totals[OUTSIDE] <= _ROUNDING * board.limits[1] or stop.reached():
                return
            price *= 3.0
            board.price[:] = price
            self._walk(min(steps, 200_000), temperature, temperature, kind, keep=keep)

    def _mend_loads(self) -> None:
        """Part cells outside limits anew with their neighbours, where that brings loads nearer to the limits."""
        board = self.board
        board.price[:] = 1_000 * self.scale / (float(board.limits[2]) or 1.0)
        off = np.maximum(board.cell_load - board.limits[1], board.limits[0] - board.cell_load)
        resplit_all(board, _SET_BUDGET, off > _ROUNDING * board.limits[1], 5 * _SETS_AT_ONCE)
        add_up_totals(board)

    def _walk(self, steps: int, hot: float, cold: float, kind: Annealing, *, keep: bool) -> tuple[bool, Floats]:
        best = np.empty(self.problem.units, dtype=np.int32)
        counts = np.zeros(5)
        seen = np.zeros(self.problem.units, dtype=np.int32)
        known = self.found[0][0] if self.found else np.inf
        least, _ = anneal(
            self.board, best, known, steps, hot, cold, kind.chains, kind.trees, keep, self.rng, seen, 0, counts
        )
        if least < known:
            self._keep(float(least), best)
        return bool(counts[WITHIN] > 0), counts

    def _part_pairs(self, stop: Stop, *, put_back: bool) -> None:
        board = self.board
        before = board.label.copy()
        board.price[:] = 1_000 * self.scale / (float(board.limits[2]) or 1.0)
        dirty = np.ones(self.problem.cells, dtype=np.bool_)
        for _ in range(1 if put_back else _MOST_PARTINGS):
            resplit_all(board, _SET_BUDGET, dirty, _SETS_AT_ONCE)
            if not dirty.any() or stop.reached():
                break
        add_up_totals(board)
        self._note()
        if put_back:
            self.begin(before)

    def _note(self) -> None:
        """Keep the plan on the board where it is worth it."""
        board = self.board
        add_up_totals(board)
        beyond = float(board.totals[OUTSIDE])
        if beyond <= _ROUNDING * board.limits[1] and board.totals[TOGETHER] == 0:
            self._keep(float(value(board)), board.label.copy())
        elif beyond < self.nearest_outside:
            self.nearest, self.nearest_outside = board.label.copy(), beyond

    def _keep(self, worth: float, labels: Ints) -> None:
        if any(worth == known and np.array_equal(labels, plan) for known, plan in self.found):
            return
        self.found.append((worth, labels))
        self.found.sort(key=lambda one: one[0])
        del self.found[_FEW:]


def lay_out(problem: Problem) -> Board:
    """A board for a problem, its labels all 0."""
    units, cells = problem.units, problem.cells
    objective = problem.objective
    graph = problem.graph
    centred = objective.inertia > 0 or (objective.moment > 0 and units > MOST_CENTRE_UNITS)
    if objective.travel > 0 and problem.travel is not None:
        far = np.ascontiguousarray(problem.travel, dtype=np.float64)
    elif objective.moment > 0 and not centred:
        far = moment_costs(problem.xy, whole=bool(problem.whole_distances))
    else:
        far = np.zeros((0, 0))
    by_moment = objective.travel or (objective.moment or objective.inertia)
    middle = problem.xy.mean(axis=0)
    x, y = np.ascontiguousarray(((problem.xy - middle) / 1_000.0).T)
    apart_start, apart = _both_ways(units, problem.apart)
    weights = np.zeros(5)
    weights[:4] = by_moment, objective.stability, objective.roundness, objective.evenness
    home = np.full(units, NO_CELL, dtype=np.int32) if problem.today is None else problem.today.astype(np.int32)
    mean = float(problem.load.sum()) / cells
    board = Board(
        start=graph.start,
        other=graph.other,
        edge_cost=objective.cut_edges + objective.border * graph.border,
        border=graph.border,
        load=np.ascontiguousarray(problem.load, dtype=np.float64),
        moment_load=np.ascontiguousarray(problem.load, dtype=np.float64),
        x=x.copy(),
        y=y.copy(),
        far=far,
        area=np.zeros(units) if problem.area is None else np.ascontiguousarray(problem.area, dtype=np.float64),
        outer=np.zeros(units) if problem.outer is None else np.ascontiguousarray(problem.outer, dtype=np.float64),
        home=home,
        home_cost=np.ones(units) if problem.moving_cost is None else problem.moving_cost.astype(np.float64),
        locked=np.zeros(units, dtype=np.bool_) if problem.locked is None else problem.locked.copy(),
        apart_start=apart_start,
        apart=apart,
        weights=weights,
        limits=np.array([problem.least, problem.most, mean if mean > 0 else 1.0]),
        label=np.zeros(units, dtype=np.int32),
        head=np.zeros(cells, dtype=np.int32),
        after=np.zeros(units, dtype=np.int32),
        before=np.zeros(units, dtype=np.int32),
        cell_load=np.zeros(cells),
        size=np.zeros(cells, dtype=np.int32),
        sums=np.zeros((cells, 6)),
        centre_cost=np.zeros(units),
        cost=np.zeros(cells),
        price=np.zeros(cells),
        totals=np.zeros(5),
    )
    board.weights[BY_APART] = 1e3 if not len(problem.apart) else _dear(board)
    return board


def _dear(board: Board) -> float:
    """More than any step is likely to save."""
    return float(100 * (board.edge_cost.max(initial=1.0) + board.weights.max()))


def _both_ways(units: int, pairs: Ints) -> tuple[Ints, Ints]:
    both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int32)
    both = both[np.argsort(both[:, 0], kind="stable")]
    start = np.zeros(units + 1, dtype=np.int32)
    start[1:] = np.cumsum(np.bincount(both[:, 0], minlength=units))
    return start, np.ascontiguousarray(both[:, 1])


def named_as_today(problem: Problem, labels: NDArray[np.integer]) -> Ints:
    """The same cells, numbered so that as much load as can be keeps today's number (assignment, Kuhn 1955)."""
    from scipy.optimize import linear_sum_assignment

    today = problem.today
    if today is None:
        return np.asarray(labels, dtype=np.int32)
    size = max(problem.cells, int(today.max()) + 1)
    kept = np.zeros((problem.cells, size))
    known = today != NO_CELL
    np.add.at(kept, (labels[known], today[known]), problem.load[known] + 1e-9)
    rows, columns = linear_sum_assignment(kept, maximize=True)
    number = np.full(problem.cells, NO_CELL, dtype=np.int32)
    number[rows] = columns
    spare = iter(np.setdiff1d(np.arange(problem.cells), number[number < problem.cells]))
    for cell in np.flatnonzero((number == NO_CELL) | (number >= problem.cells)):
        number[cell] = next(spare)
    return np.asarray(number[labels], dtype=np.int32)


def search(
    problem: Problem,
    stop: Stop,
    *,
    seed: int,
    stream: int = 0,
    told: Callable[[float], None] | None = None,
    grace: bool = True,
) -> Chain:
    """Run a chain until the stop rule; its ``found`` holds the plans.

    Args:
        problem: Units in one part that may be divided into so many cells.
        stop: When to stop.
        seed: Seed of the random numbers.
        stream: Number of this chain; chains of one seed differ.
        told: Called with the best value after each run.
        grace: Whether a chain without a plan may take a little longer.

    A chain that has no plan when time is up goes on for a quarter of its time and three seconds more: a plan a little
    late is worth more than none.
    """
    chain = Chain.of(problem, seed, stream)
    if problem.cells == 1:
        chain.begin(np.zeros(problem.units, dtype=np.int32))
        chain._note()  # noqa: SLF001
        return chain
    run = 0
    grace_s = _GRACE_S + _GRACE * max(stop.left_s(), 0.0) if stop.deadline_s is not None and grace else 0.0
    late = stop if stop.deadline_s is None else replace(stop, deadline_s=stop.deadline_s + grace_s)
    base = min(max(10_000, min(1_000 * problem.units, 100_000), 100 * problem.units), 8_000_000)
    while True:
        kind = _RUNS[(run + stream) % len(_RUNS)] if run or stream else _RUNS[0]
        from_best = bool(chain.found) and (not kind.fresh or problem.units > 20 * _KEPT_EACH_STEP)
        if problem.today is not None and run == 0 and stream == 0:
            chain.begin(chain.todays_labels())
            chain._note()  # noqa: SLF001
        elif from_best:
            chain.begin(chain.found[0][1])
        else:
            chain.begin(chain.fresh_labels(kind.slant if run else 0.1))
        if run == 0:
            chain.learn_scale()
        steps = base * 2 ** min(run // 4, 12)
        if stop.attempts is None and chain.speed:
            steps = int(min(steps, max(chain.speed * stop.left_s() * 0.95, 20_000 if chain.found else 200_000)))
        chain.run(steps, kind, stop if chain.found else late)
        run += 1
        if told is not None and chain.found:
            told(chain.found[0][0])
        if stop.attempts is not None and run >= stop.attempts:
            return chain
        if stop.reached() and (chain.found or late.reached()):
            return chain
