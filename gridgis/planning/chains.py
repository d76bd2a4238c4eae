"""Run the search of one problem once: start, anneal, bring loads within limits, part pairs of cells exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.annealing import CHANGE_SUM, CHANGES, WITHIN, anneal
from gridgis.planning.board import BROKEN, BY_PAIR, OUTSIDE, Board, add_up_totals, set_up, value
from gridgis.planning.layout import lay_out
from gridgis.planning.pool import Pool, make_pool
from gridgis.planning.problem import Problem
from gridgis.planning.randomness import Words, seeded
from gridgis.planning.resplit import resplit_all
from gridgis.planning.start import halved_plan
from gridgis.planning.stopping import Stop
from gridgis.planning.todays import named_as_today, todays_labels

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

KEPT_EACH_STEP = 2_500
_CHUNKS = 24
_FEW = 24
_PAIR_UNITS = 44
_SET_BUDGET = 200_000
_SETS_AT_ONCE = 200_000
_MOST_PARTINGS, _FEW_PARTINGS, _MENDINGS = 200, 10, 50
_FIRMER = 8
_QUICK_CELL = 40
_ROUNDING = 1e-9
_SELDOM, _OFTEN = 0.1, 0.3
_DEARER, _CHEAPER = 1.3, 1.2
_LEARNING = 2_000
_COOLED = 0.9
_FEWEST_AT_ONCE = 1_000
_PAIR_PRICE = 30.0


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


@dataclass(eq=False)
class Chain:
    """One seeded sequence of runs on a problem, with the best plans it met.

    Attributes:
        problem: What is asked.
        rng: State of the random numbers.
        stream: Which of the chains of its seed it is.
        clock: Seconds that only go forward.
        scale: How much one step changes the cost.
        speed: Steps a second.
        found: Plans within limits, their values first, best first; each label array once.
        nearest: The plan least far outside limits, where none is within.
        nearest_outside, nearest_value: Load outside limits of that plan, and its value.
        runs: How many runs there were.
        pool: Remembers the cells within limits.
    """

    problem: Problem
    rng: Words
    board: Board
    stream: int = 0
    clock: Callable[[], float] = monotonic
    scale: float = 1.0
    speed: float = 0.0
    found: list[tuple[float, Ints]] = field(default_factory=list)
    nearest: Ints | None = None
    nearest_outside: float = float("inf")
    nearest_value: float = float("inf")
    runs: int = 0
    pool: Pool = field(default_factory=lambda: make_pool(0, 0, 0))

    @classmethod
    def of(cls, problem: Problem, seed: int, stream: int) -> Chain:
        """A chain that has not run yet."""
        return cls(problem, seeded(seed, stream), lay_out(problem), stream)

    def fresh_labels(self, slant: float) -> Ints:
        """A plan to begin from: today's where units are locked, else newly laid out."""
        problem, board = self.problem, self.board
        if problem.locked is not None and problem.locked.any():
            return todays_labels(problem)
        labels = halved_plan(board.start, board.other, board.load, board.x, board.y, problem.cells, slant, self.rng)
        if problem.today is not None and problem.objective.stability > 0:
            labels = named_as_today(problem, labels)
        return np.asarray(labels, dtype=np.int32)

    def begin(self, labels: Ints) -> None:
        """Lay a plan on the board."""
        self.board.label[:] = labels
        set_up(self.board)

    def learn_scale(self) -> None:
        """Learn how much one step changes the cost and how long it takes, from a short walk without penalty."""
        self.board.price[:] = 0.0
        began = self.clock()
        _, counts = self._walk(_LEARNING, 1e-12, 1e-12, Annealing(hot=1.0, cold=1.0, trees=0.0, chains=0.0), keep=False)
        self.speed = _LEARNING / max(self.clock() - began, 1e-6)
        if counts[CHANGES] and counts[CHANGE_SUM] > 0:
            self.scale = float(counts[CHANGE_SUM] / counts[CHANGES])
        self.board.weights[BY_PAIR] = max(self.board.weights[BY_PAIR], _PAIR_PRICE * self.scale)

    def run(self, steps: int, kind: Annealing, stop: Stop, *, finish: bool = True) -> None:
        """Anneal once, then bring loads within limits and part pairs exactly; the board holds the outcome.

        Args:
            steps: How many steps; fewer where time is up before, the cooling then being quicker.
            kind: How.
            stop: When to stop.
            finish: Whether to do more than anneal.
        """
        board, problem = self.board, self.problem
        if len(board.far):  # adding up a cell takes its size squared then, so large cells recombine less often
            kind = replace(kind, trees=kind.trees * min(1.0, _QUICK_CELL * problem.cells / problem.units))
        mean = float(board.limits[2]) or 1.0
        hot, cold = self.scale * kind.hot, self.scale * kind.cold
        cooling = (cold / hot) ** (1 / _CHUNKS)
        price = 20 * self.scale / mean
        temperature = hot
        small = problem.units <= KEPT_EACH_STEP
        pairs = 2 * problem.units <= _PAIR_UNITS * problem.cells
        chunk = max(steps // _CHUNKS, 1)
        for at in range(_CHUNKS):
            board.price[:] = kind.firm * temperature / mean if kind.firm else price
            now = chunk
            if np.isfinite(stop.left_s()):
                now = min(chunk, max(int(self.speed * stop.left_s() * _COOLED / (_CHUNKS - at)), _FEWEST_AT_ONCE))
            began = stop.clock()
            within, counts = self._walk(now, temperature, temperature * cooling, kind, keep=small)
            self.speed = now / max(stop.clock() - began, 1e-6)
            if not within and pairs and small and not self.found and at >= _CHUNKS // 3:
                self._part_pairs(stop, put_back=True)
            temperature *= cooling
            share = counts[WITHIN] / now
            late = at >= _CHUNKS * 2 // 3 and not within
            price *= 2.0 if late else _DEARER if share < _SELDOM else 1 / _CHEAPER if share > _OFTEN else 1.0
            if stop.reached():
                break
        if not finish:
            return
        self._firm_up(chunk, temperature, price, kind, stop, keep=small)
        if pairs and not stop.reached():
            self._part_pairs(stop, put_back=False)
        self.note()

    def _firm_up(
        self, steps: int, temperature: float, price: float, kind: Annealing, stop: Stop, *, keep: bool
    ) -> None:
        """Let load outside limits cost more and more until the plan on the board has none, or it does not help."""
        board = self.board
        if 2 * self.problem.units <= _PAIR_UNITS * self.problem.cells:
            self._mend_loads(stop)
        add_up_totals(board)
        for _ in range(_FIRMER if not self.found else _FIRMER // 4):
            if board.totals[OUTSIDE] <= _ROUNDING * board.limits[1] or stop.reached():
                return
            price *= 3.0
            board.price[:] = price
            self._walk(min(steps, 200_000), temperature, temperature, kind, keep=keep)

    def _mend_loads(self, stop: Stop) -> None:
        """Part cells outside limits anew with their neighbours, where that brings loads nearer to the limits."""
        board = self.board
        board.price[:] = 1_000 * self.scale / (float(board.limits[2]) or 1.0)
        off = np.maximum(board.cell_load - board.limits[1], board.limits[0] - board.cell_load)
        self._part(off > _ROUNDING * board.limits[1], _MENDINGS, stop)
        add_up_totals(board)

    def _walk(self, steps: int, hot: float, cold: float, kind: Annealing, *, keep: bool) -> tuple[bool, Floats]:
        best = np.empty(self.problem.units, dtype=np.int32)
        counts = np.zeros(5)
        seen = np.zeros(self.problem.units, dtype=np.int32)
        known = self.found[0][0] if self.found else np.inf
        least, _ = anneal(
            self.board,
            best,
            known,
            steps,
            hot,
            cold,
            kind.chains,
            kind.trees,
            keep,
            self.rng,
            seen,
            0,
            counts,
            self.pool,
        )
        if least < known:
            self.keep(float(least), best)
        return bool(counts[WITHIN] > 0), counts

    def _part_pairs(self, stop: Stop, *, put_back: bool) -> None:
        board = self.board
        before = board.label.copy()
        board.price[:] = 1_000 * self.scale / (float(board.limits[2]) or 1.0)
        dirty = np.ones(self.problem.cells, dtype=np.bool_)
        self._part(dirty, _FEW_PARTINGS if put_back else _MOST_PARTINGS, stop)
        add_up_totals(board)
        self.note()
        if put_back:
            self.begin(before)

    def _part(self, dirty: NDArray[np.bool_], times: int, stop: Stop) -> None:
        """Part the dirty cells and their neighbours anew, so many sets at a time, until nothing gets better."""
        for _ in range(times):
            resplit_all(self.board, _SET_BUDGET, dirty, _SETS_AT_ONCE, self.pool)
            if not dirty.any() or stop.reached():
                return

    def note(self) -> None:
        """Keep the plan on the board where it is worth it."""
        board = self.board
        add_up_totals(board)
        beyond = float(board.totals[OUTSIDE])
        if beyond <= _ROUNDING * board.limits[1] and board.totals[BROKEN] == 0:
            self.keep(float(value(board)), board.label.copy())
        elif self._is_nearer(beyond):
            self.nearest, self.nearest_outside = board.label.copy(), beyond
            self.nearest_value = float(value(board))

    def _is_nearer(self, beyond: float) -> bool:
        """Whether the plan on the board has less load outside limits than the nearest, or as much and is better."""
        rounding = _ROUNDING * float(self.board.limits[1])
        if abs(beyond - self.nearest_outside) <= rounding:
            return float(value(self.board)) < self.nearest_value
        return beyond < self.nearest_outside

    def keep(self, worth: float, labels: Ints) -> None:
        """Keep a plan within limits among the few best."""
        if any(worth == known and np.array_equal(labels, plan) for known, plan in self.found):
            return
        self.found.append((worth, labels))
        self.found.sort(key=lambda one: one[0])
        del self.found[_FEW:]
