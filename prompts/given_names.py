"""Whether three or four characters are somebody's whole name, such as 李小明 or 欧阳娜娜: a surname, and given names as people have them.

Careful rather than complete: 高血压, 周三下午 and 方便的 begin with surnames too. Who is called otherwise can say 我叫…
"""

GIVEN = frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬斌鹏浩宇轩梓涵子欣怡佳琪雨婷雅晴晨辰阳"
    "洁琳莹莉颖慧倩蕾薇菲瑶璐媛婧妍嫣蓉蓓淑惠珍珠凤兰莲菊梅竹云翠香月仙巧美爱玫瑰建国庆民文武德志忠诚信义"
    "仁礼智贤良善福禄寿喜祥瑞康健宁安泰和顺兴旺盛昌荣富贵金银宝铭鑫钰锋钢铁柱梁栋森林松柏桐楠枫桦榕树根生"
    "春夏秋冬雪冰霜露晓旭昊昆晖晗曦昕晟朗亮光辉灿炜烨焕炎炳江河海波涌洪源泉清澄润泽溪湘沛淇渊瀚峰岗岭川嵩"
    "坤垚培东晋豪俊彦斐博学思哲睿聪凯旋胜利立业成功达远航飞翔翼翰鸿鹤龙虎彪骏腾跃进展奇凡帆帅彤少小大新永"
    "长宏弘正方维伯仲叔季元亨贞世代传继承绍祖宗耀显振邦卫保守毅坚恒劲乐悦欢畅恩慈孝敬谦逊冠群诺依然若曼诗"
    "韵琴棋书画墨音歌嘉雄玮珊娇姣萌甜丹娥素秉启宾斯毓钧钊锐楚卓灵茜芝芸苗茹荷菁萱葵蕊霖霏雯雁鸥鹃莺媚婵"
    "娅婕婉妮姗岚巍恺悠愉慎捷敦昂昱梦楷汉沁沐浚淳渝湛滨潇潮灏炫烁煜熙玥珂珈珏琨琬瑾璇璟盈硕祺禹程竣筠纯纲"
    "绮翊舒芊茵莎莘菡萧蔚蕙虹裕谨赫越轶迪逸铮锦隽韬韶颂颢馨骁骥麒麟黎娴心"
)
"""What given names are mostly made of; without what ordinary answers and places are made of (天, 上, 中, 一, 可, 山, 南)."""
_WORDS_TOO = frozenset(["东方", "百里", "西门"])
"""Surnames of two characters that are words as well."""


def follows(surname: str, given: str) -> bool:
    """Whether this is a given name behind that surname. 李明 is left out: 方明, 高兴, 安康 and 平安 are as short."""
    lengths = (2,) if len(surname) == 1 else (1, 2)
    return surname not in _WORDS_TOO and len(given) in lengths and GIVEN.issuperset(given)
