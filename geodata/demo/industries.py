"""List the industries of the demo's enterprises: how many, how dangerous, who supervises them, where they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Industry:
    """One industry; all figures are made up.

    Attributes:
        name: As the register has it.
        stem: What its enterprises call themselves.
        kind: How their names end.
        department: Supervising department.
        share: Of all enterprises, relative.
        risks: Shares of red, orange and yellow in percent; the rest is blue.
        places: Weights of industrial parks, towns and villages.
        staff: Typical number of people employed.
        chemicals: Hazardous chemicals that some keep.
    """

    name: str
    stem: str
    kind: str
    department: str
    share: float
    risks: tuple[float, float, float]
    places: tuple[float, float, float]
    staff: int
    chemicals: tuple[str, ...] = ()


_EMERGENCY, _HOUSING, _MARKET = "区应急管理局", "区住房和城乡建设局", "区市场监督管理局"
_INDUSTRY, _TRADE, _FARM = "区工业和信息化局", "区商务局", "区农业农村局"
INDUSTRIES: tuple[Industry, ...] = (
    Industry("化学原料和化学制品制造业", "化工", "有限公司", _EMERGENCY, 1.1, (38, 42, 20), (8, 1, 1), 45, ("盐酸", "硫酸", "甲苯", "丙酮", "液氨")),
    Industry("危险化学品经营", "危化品经营", "有限公司", _EMERGENCY, 1.0, (22, 48, 30), (3, 5, 2), 9, ("汽油", "柴油", "乙醇", "油漆")),
    Industry("加油站", "加油站", "", _TRADE, 0.9, (12, 70, 18), (1, 4, 5), 8, ("汽油", "柴油")),
    Industry("烟花爆竹零售", "烟花爆竹零售店", "", _EMERGENCY, 0.7, (6, 60, 34), (0, 4, 6), 2, ("烟花爆竹",)),
    Industry("金属铸造", "铸造", "有限公司", _EMERGENCY, 2.4, (6, 40, 44), (6, 1, 4), 35, ("液氧", "乙炔")),
    Industry("金属表面处理", "表面处理", "有限公司", _EMERGENCY, 1.8, (9, 40, 41), (7, 1, 3), 28, ("盐酸", "铬酸", "氢氧化钠")),
    Industry("通用设备制造业", "机械", "有限公司", _INDUSTRY, 13.5, (0.4, 8, 50), (6, 2, 4), 32, ("液氧", "乙炔")),
    Industry("专用设备制造业", "装备", "有限公司", _INDUSTRY, 6.0, (0.4, 8, 48), (7, 2, 2), 40),
    Industry("汽车零部件制造业", "汽车部件", "有限公司", _INDUSTRY, 4.2, (0.6, 10, 50), (7, 1, 3), 55),
    Industry("电气机械和器材制造业", "电气", "有限公司", _INDUSTRY, 5.2, (0.3, 6, 46), (7, 2, 2), 48),
    Industry("新能源材料制造业", "新能源", "有限公司", _INDUSTRY, 1.2, (4, 26, 46), (9, 1, 0), 120, ("电解液", "氢氟酸")),
    Industry("纺织服装业", "纺织", "有限公司", _INDUSTRY, 5.0, (0.2, 7, 46), (4, 3, 5), 36),
    Industry("木材加工和家具制造业", "木业", "有限公司", _INDUSTRY, 3.6, (0.8, 18, 54), (3, 1, 6), 16),
    Industry("橡胶和塑料制品业", "塑业", "有限公司", _INDUSTRY, 4.0, (0.6, 15, 52), (5, 1, 4), 22),
    Industry("食品加工业", "食品", "有限公司", _MARKET, 2.8, (0.8, 10, 45), (5, 3, 3), 34, ("液氨",)),
    Industry("粮食加工和仓储", "粮油", "有限公司", "区发展和改革委员会", 1.5, (1, 12, 50), (2, 2, 6), 14),
    Industry("建筑材料制造业", "建材", "有限公司", _INDUSTRY, 2.6, (0.6, 12, 50), (3, 1, 6), 24),
    Industry("建筑施工", "建设", "有限公司", _HOUSING, 3.2, (1.5, 18, 52), (1, 7, 2), 60),
    Industry("燃气经营", "燃气", "有限公司", _HOUSING, 0.5, (30, 52, 18), (3, 4, 3), 18, ("液化石油气", "天然气")),
    Industry("道路货物运输", "物流", "有限公司", "区交通运输局", 4.6, (0.6, 9, 45), (4, 4, 3), 15),
    Industry("危险货物道路运输", "危货运输", "有限公司", "区交通运输局", 0.3, (40, 45, 15), (6, 2, 1), 30, ("甲醇", "液氯")),
    Industry("船舶修造", "船舶", "有限公司", "区交通运输局", 0.5, (5, 35, 45), (2, 1, 6), 40, ("油漆", "乙炔")),
    Industry("仓储业", "仓储", "有限公司", _TRADE, 1.6, (1, 12, 44), (6, 3, 2), 10),
    Industry("批发和零售业", "商贸", "有限公司", _TRADE, 13.0, (0, 1.2, 16), (1, 8, 4), 6),
    Industry("餐饮业", "餐饮店", "", _MARKET, 7.0, (0, 2.0, 28), (0.3, 9, 3), 6, ("液化石油气",)),
    Industry("住宿业", "宾馆", "", "区公安分局", 1.4, (0, 4, 36), (0.3, 9, 1), 14),
    Industry("娱乐场所", "娱乐城", "", "区文体广电和旅游局", 0.8, (0.5, 9, 45), (0, 9, 1), 18),
    Industry("汽车维修", "汽修厂", "", "区交通运输局", 2.6, (0, 3, 40), (1, 6, 5), 7, ("油漆",)),
    Industry("农产品种植养殖", "农业", "有限公司", _FARM, 3.4, (0, 1.5, 16), (0, 1, 9), 11),
    Industry("农业机械服务", "农机合作社", "", _FARM, 1.4, (0, 1.5, 22), (0, 1, 9), 9),
    Industry("养老和医疗机构", "康养中心", "", "区卫生健康委员会", 1.0, (0.5, 7, 40), (0, 7, 4), 30),
    Industry("教育培训机构", "培训中心", "", "区教育局", 1.2, (0, 2, 26), (0, 9, 2), 14),
)  # fmt: skip
