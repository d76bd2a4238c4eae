"""Find the alarm type in what a caller says, typed as it is said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TYPE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "confined_space": (
            "有限空间",
            "受限空间",
            "窨井",
            "下井",
            "污水井",
            "污水池",
            "化粪池",
            "沼气池",
            "地窖",
            "罐内",
        ),
        "hazmat": (
            "危化",
            "化工",
            "泄漏",
            "泄露",
            "氨气",
            "液氨",
            "氯气",
            "硫酸",
            "盐酸",
            "甲醇",
            "苯",
            "储罐",
            "反应釜",
            "槽罐车",
            "刺鼻",
            "有毒",
            "中毒",
        ),
        "gas": ("燃气", "煤气", "天然气", "液化气", "煤气罐", "气瓶", "燃气管道", "漏气"),
        "flood": ("洪", "涝", "内涝", "积水", "溃堤", "决口", "管涌", "落水", "溺水", "淹", "沉船", "翻船"),
        "collapse": ("坍塌", "倒塌", "塌方", "垮塌", "塌了", "滑坡", "埋了", "被埋", "脚手架"),
        "traffic": ("车祸", "交通事故", "追尾", "翻车", "撞车", "撞了", "碰撞", "被撞", "侧翻"),
        "special_equipment": ("电梯", "被困电梯", "锅炉", "压力容器", "起重机", "塔吊", "行车", "叉车", "吊车"),
        "work_injury": ("工伤", "受伤", "触电", "机械伤害", "高处坠落", "坠落", "摔下", "夹伤", "压伤", "砸伤", "断指"),
        "fire": ("火", "着火", "起火", "失火", "火灾", "冒烟", "烧", "燃烧", "浓烟", "爆燃", "爆炸"),
    }
)
"""Words of each type; a district adds its own."""


def types_said(text: str, words: Mapping[str, tuple[str, ...]] = TYPE_WORDS) -> list[str]:
    """Alarm types whose words occur in a text, the likeliest first.

    The type with the most characters of its own words counts most: 「化工厂储罐着火」 is chemical before it is a fire.
    Words inside longer ones of the same type count once; types that are equally much said keep the order of the table.
    """
    said = {code: _characters_said(text, listed) for code, listed in words.items()}
    return sorted((code for code, count in said.items() if count), key=lambda code: -said[code])


def _characters_said(text: str, words: tuple[str, ...]) -> int:
    """How many characters of a text belong to any of some words."""
    covered: set[int] = set()
    for word in words:
        start = text.find(word)
        while start >= 0:
            covered.update(range(start, start + len(word)))
            start = text.find(word, start + 1)
    return len(covered)
