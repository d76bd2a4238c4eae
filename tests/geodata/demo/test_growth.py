"""Regions grown over small pieces are connected, keep their seeds, and come near their targets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.demo.growth import Web, in_parts, reach, share_out, spread_seeds


def web_of(size: int, seed: int) -> Web:
    """A square of pieces with uneven costs and masses."""
    chance = np.random.default_rng(seed)
    number = np.arange(size * size).reshape(size, size)
    pair = np.concatenate(
        (
            np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel())),
            np.column_stack((number[:-1].ravel(), number[1:].ravel())),
        )
    )
    middle = np.stack(np.meshgrid(np.arange(size), np.arange(size)), -1).reshape(-1, 2).astype(float)
    return Web(middle, chance.uniform(0.5, 2, size * size), pair, chance.uniform(0.5, 2, len(pair)))


@given(st.integers(0, 10_000), st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_every_region_is_one_piece_and_holds_its_seed(seed: int, count: int) -> None:
    """A piece goes to the seed of least cost less a bonus: a cheapest way to a seed stays in its region."""
    web = web_of(14, seed)
    seeds = spread_seeds(np.random.default_rng(seed), web, count)
    assert len(set(seeds.tolist())) == count
    label = share_out(reach(web, seeds), web.mass, np.ones(count), 20)
    assert label[seeds].tolist() == list(range(count))
    assert in_parts(len(label), web.pair, label).max() + 1 == count


def test_regions_come_near_their_targets() -> None:
    web = web_of(30, 1)
    seeds = spread_seeds(np.random.default_rng(1), web, 6)
    target = np.array([1.0, 1.0, 1.5, 1.0, 0.7, 1.0])
    label = share_out(reach(web, seeds), web.mass, target, 60)
    held = np.bincount(label, web.mass) / web.mass.sum()
    assert held == pytest.approx(target / target.sum(), rel=0.2)


def test_the_parts_of_a_web_are_the_webs_of_its_parts() -> None:
    web = web_of(12, 3)
    label = (web.middle[:, 0] // 4).astype(np.intp)
    for number, (chosen, part) in enumerate(web.parts(label)):
        alone = web.part(np.flatnonzero(label == number))
        assert chosen.tolist() == np.flatnonzero(label == number).tolist()
        assert np.allclose(reach(part, np.array([0])), reach(alone, np.array([0])))
