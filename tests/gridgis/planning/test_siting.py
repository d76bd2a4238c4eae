from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from gridgis.errors import InvalidValue
from gridgis.planning.siting import SitingAim, choose_sites, judge_sites


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("aim", list(SitingAim))
def test_sites_are_the_best_of_all_choices_with_those_that_stand_kept(seed: int, aim: SitingAim) -> None:
    chance = np.random.default_rng(seed)
    travel_s = chance.uniform(60, 1_800, (14, 7))
    risk = chance.uniform(0, 5, 14)
    made = choose_sites(travel_s, risk, count=3, aim=aim, kept=[2], cover_s=500.0)
    assert made.proven
    assert 2 in made.sites

    def value(sites: tuple[int, ...]) -> float:
        judged = judge_sites(travel_s, risk, sites, cover_s=500.0)
        return {
            SitingAim.MEDIAN: judged.mean_s,
            SitingAim.COVER: -judged.covered,
            SitingAim.CENTRE: judged.worst_s,
        }[aim]

    assert value(made.sites) == pytest.approx(min(value(sites) for sites in combinations(range(7), 3) if 2 in sites))


def test_a_place_that_no_road_reaches_has_no_site() -> None:
    travel_s = np.array([[60.0, 90.0], [np.inf, np.inf], [200.0, np.inf]])
    made = choose_sites(travel_s, np.ones(3), count=1)
    assert made.sites == (0,)
    assert made.site_of.tolist() == [0, -1, 0]
    assert made.worst_s == 200


@pytest.mark.parametrize(
    ("count", "kept", "code"), [(0, [], "siting.count"), (3, [], "siting.count"), (1, [0, 1], "siting.count")]
)
def test_counts_that_cannot_be_are_refused(count: int, kept: list[int], code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        choose_sites(np.ones((2, 2)), np.ones(2), count=count, kept=kept)
    assert caught.value.code == code


def test_cover_needs_a_time() -> None:
    with pytest.raises(InvalidValue, match=r"siting\.cover"):
        choose_sites(np.ones((2, 2)), np.ones(2), count=1, aim=SitingAim.COVER)
