"""Read the words that offices write for the codes of the domain: tiers, tasks, levels, colours and the like.

The first word of each code is the usual one. The words of the pages (``tier.district`` …) are understood as well; a
test holds the two together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field


def plain(text: str) -> str:
    """A text without regard to width, case, blanks and punctuation, for comparing."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


@dataclass(frozen=True)
class Vocabulary:
    """The words for the codes of one kind.

    Attributes:
        kind: Kind of the codes, as in the catalogues of words.
        words: Code to the words for it, the usual one first; a code is a word for itself.
    """

    kind: str
    words: Mapping[str, tuple[str, ...]]
    _codes: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        said = {plain(word): code for code, words in self.words.items() for word in (code, *words)}
        object.__setattr__(self, "_codes", said)

    def find(self, text: str) -> str | None:
        """The code that a word stands for, None for a word that is not known."""
        return self._codes.get(plain(text))

    @property
    def known(self) -> str:
        """The usual word of every code, for people who have to choose one."""
        return "、".join(words[0] if words else code for code, words in self.words.items())


TIERS = Vocabulary(
    "tier",
    {
        "district": ("区级", "区级综合救援队", "区级综合队", "区综合队", "区", "县级", "district team"),
        "town": ("镇街", "镇街综合救援队", "镇街综合队", "镇级", "镇街级", "乡镇", "街道", "town team"),
        "village": ("村居", "村居自救小分队", "村级", "村居级", "自救小分队", "小分队", "village team"),
        "specialist": ("专业", "专业救援队", "专业队", "专业队伍", "specialist squad"),
        "volunteer": ("社会", "社会救援力量", "社会力量", "社会救援队", "志愿", "志愿者", "志愿队", "volunteer team"),
    },
)
COMMANDS = Vocabulary(
    "command",
    {
        "own": ("直属", "自有", "本级", "own"),
        "request": ("请求", "请求支援", "请求增援", "requested"),
        "invite": ("邀请", "邀请参加", "invited"),
    },
)
CAPABILITIES = Vocabulary(
    "capability",
    {
        "fire": ("灭火", "消防", "灭火救援", "fire fighting"),
        "hazmat": ("危化处置", "危化", "危化品", "危化品处置", "危险化学品处置", "hazardous chemicals"),
        "gas": ("燃气抢险", "燃气", "燃气抢修", "gas emergencies"),
        "flood": ("防汛排涝", "防汛", "排涝", "防汛抗旱", "flood control"),
        "water_rescue": ("水上救援", "水上搜救", "水域救援", "water rescue"),
        "collapse": ("坍塌救援", "坍塌", "建筑坍塌救援", "collapse rescue"),
        "traffic": ("交通事故救援", "道路救援", "交通救援", "road rescue"),
        "confined_space": ("有限空间救援", "有限空间", "受限空间救援", "confined-space rescue"),
        "special_equipment": ("特种设备救援", "特种设备", "电梯救援", "special-equipment rescue"),
        "electric": ("电力抢修", "电力", "供电抢修", "electric power"),
        "medical": ("医疗急救", "医疗救护", "医疗救援", "医疗", "ambulance"),
        "first_aid": ("现场急救", "急救", "初期急救", "first aid"),
        "police": ("治安管控", "治安", "公安", "警察", "police"),
        "cordon": ("警戒", "现场警戒", "cordon"),
        "evacuate": ("疏散", "人员疏散", "疏散转移", "evacuation"),
        "guide": ("引导", "引导接应", "guiding"),
    },
)
TASKS = Vocabulary(
    "task",
    {
        "rescue": ("救援处置", "救援", "处置", "抢险", "rescue"),
        "cordon": ("警戒疏散", "警戒", "疏散", "cordon and evacuate"),
        "guide": ("引导接应", "引导", "接应", "guide"),
        "stand_by": ("集结待命", "待命", "集结", "stand by", "standby"),
        "do_not_enter": ("不得进入", "不进入", "禁止进入", "do not enter"),
    },
)
ALARM_TYPES = Vocabulary(
    "alarm_type",
    {
        "fire": ("火灾", "火警"),
        "hazmat": ("危险化学品", "危化品", "危化", "危化品事故", "危险化学品事故", "hazardous chemicals"),
        "gas": ("燃气泄漏", "燃气", "燃气事故", "gas leak"),
        "flood": ("洪涝", "内涝", "防汛", "水灾", "flooding"),
        "collapse": ("坍塌", "建筑坍塌", "房屋倒塌", "坍塌事故"),
        "traffic": ("交通事故", "道路交通事故", "traffic accident"),
        "confined_space": ("有限空间", "受限空间", "有限空间事故", "confined space"),
        "work_injury": ("生产安全伤害", "工伤", "工伤事故", "生产安全事故", "work injury"),
        "special_equipment": ("特种设备", "特种设备事故", "电梯困人", "special equipment"),
        "other": ("其他", "其它"),
    },
)
LEVELS = Vocabulary(
    "level",
    {
        "I": ("Ⅰ级", "Ⅰ级响应", "一级", "一级响应", "Level I", "response level I"),
        "II": ("Ⅱ级", "Ⅱ级响应", "二级", "二级响应", "Level II", "response level II"),
        "III": ("Ⅲ级", "Ⅲ级响应", "三级", "三级响应", "Level III", "response level III"),
        "IV": ("Ⅳ级", "Ⅳ级响应", "四级", "四级响应", "Level IV", "response level IV"),
    },
)
"""A bare figure is no response level: 1 is the worst here and the least in other scales."""
NATURES = Vocabulary(
    "nature",
    {
        "real": ("真实警情", "真实", "真警", "实警", "real"),
        "drill": ("演练", "演习", "drill"),
        "test": ("测试", "test"),
        "false": ("误报", "假警", "虚警", "false alarm"),
    },
)
ROLES = Vocabulary(
    "role",
    {
        "grid_lead": ("网格长", "grid lead"),
        "grid_officer": ("网格员", "专职网格员", "grid officer"),
        "safety_officer": ("专职安全员", "安全员", "safety officer"),
        "enforcement_officer": ("监管执法人员", "执法人员", "执法员", "enforcement officer"),
        "safety_doctor": ("安全保健医生", "保健医生", "安全医生", "safety doctor"),
        "town_lead": ("分管负责人", "镇街分管负责人", "分管领导", "town lead"),
    },
)
RISKS = Vocabulary(
    "risk",
    {
        "red": ("重大风险", "重大", "红", "红色", "major risk"),
        "orange": ("较大风险", "较大", "橙", "橙色", "considerable risk"),
        "yellow": ("一般风险", "一般", "黄", "黄色", "ordinary risk"),
        "blue": ("低风险", "低", "蓝", "蓝色", "较低风险", "较低", "low risk"),
    },
)
CELL_KINDS = Vocabulary(
    "cell_kind",
    {
        "basic": ("基础网格", "基础", "普通网格", "一般网格", "basic cell"),
        "dedicated": ("专属网格", "专属", "专业网格", "园区网格", "dedicated cell"),
    },
)
AREA_LEVELS = Vocabulary(
    "area_level",
    {
        "district": ("区县", "区", "县", "区级", "县级", "区县级", "县区", "county"),
        "town": ("镇街", "镇", "乡", "街道", "乡镇", "镇级", "乡级", "镇街级", "乡镇级", "街道级", "township"),
        "village": ("村居", "村", "社区", "村级", "居委会", "村居级", "村委会"),
        "basic": ("网格", "基础网格", "专属网格", "网格级", "basic cell"),
    },
)
"""What an area is, from the district down; a bare figure is no word, offices count from different ends."""
PROFILES = Vocabulary(
    "profile",
    {
        "fire_engine": ("消防车", "水罐车", "泡沫车", "抢险救援车", "fire engine"),
        "car": ("汽车", "小汽车", "轿车", "面包车", "皮卡", "皮卡车", "应急车", "救护车", "警车", "工程车", "car"),
        "foot": ("步行", "徒步", "无车", "on foot"),
        "e_bike": ("电动自行车", "电动车", "电瓶车", "电动两轮车", "自行车", "e-bike", "bicycle"),
        "boat": ("冲锋舟", "橡皮艇", "救生艇", "快艇", "巡逻艇", "船", "船艇", "boat"),
    },
)
SERVICE = Vocabulary(
    "in_service",
    {
        "yes": ("在勤", "在用", "正常", "执勤", "启用", "可用", "in service"),
        "no": ("停用", "停勤", "停运", "不可用", "解散", "out of service"),
    },
)
MEMBER_ROLES = Vocabulary(
    "member_role",
    {
        "leader": ("队长", "负责人", "leader"),
        "deputy": ("副队长", "副职", "deputy"),
        "member": ("队员", "成员", "member"),
    },
)
