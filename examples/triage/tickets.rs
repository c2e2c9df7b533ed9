//! Tickets that nobody has written: sentences of each kind in Chinese and English, with things and days put in, some
//! with a greeting or a mistake in typing. The same seed makes the same tickets.

use super::{Set, Ticket};

/// Kinds with what is written of them; `{}` takes a thing.
const KINDS: [(&str, &[&str]); 7] = [
    (
        "complaint",
        &[
            "我要投诉,{}的服务态度太差了",
            "{}已经三天没人管,太让人失望",
            "说好昨天送到,{}到现在还没收到",
            "{}质量太差,我要退款",
            "你们的客服一直敷衍,{}的问题还没解决",
            "I want to complain about {}, nobody helps me",
            "{} arrived damaged and I want my money back",
            "I was charged twice for {}!",
            "Your promise about {} was not kept, I am fed up",
            "{} is the worst I ever bought",
        ],
    ),
    (
        "fault_repair",
        &[
            "{}坏了,什么时候能修",
            "{}打不开,一直报错",
            "{}突然黑屏,需要维修",
            "家里的{}漏水了",
            "{} is not working since this morning",
            "{} shows an error message and crashes",
            "Please repair {}, it broke again",
            "I have no signal, {} is out of order",
        ],
    ),
    (
        "service_request",
        &[
            "请帮我办理{}过户",
            "我想变更{}的套餐",
            "麻烦帮我取消{}的订单",
            "申请给{}开发票",
            "Please cancel my order of {}",
            "I would like to change my address for {}",
            "I need an invoice for {}",
            "How do I activate {}? Please do it for me",
        ],
    ),
    (
        "suggestion",
        &[
            "建议{}增加夜间服务",
            "希望{}的页面能优化一下",
            "提个意见,{}可以再便宜一点",
            "It would be nice if {} had a dark mode",
            "I suggest a smaller box for {}",
            "You should add more colours for {}",
        ],
    ),
    (
        "feedback",
        &[
            "{}很好用,非常满意",
            "师傅装{}很认真,点赞",
            "感谢客服帮我解决了{}",
            "Great service with {}, thank you so much",
            "Very happy with {}, well done",
            "Just rating {}: five stars",
        ],
    ),
    (
        "special_need",
        &[
            "家里有残疾老人,{}需要上门服务",
            "{}可以定制尺寸吗,有特殊要求",
            "我们公司要批量采购{}",
            "Is there wheelchair access where I collect {}",
            "We need an interpreter to talk about {}",
            "Bulk order of {} for our school",
        ],
    ),
    (
        "enquiry",
        &[
            "请问{}多少钱",
            "{}什么时候到货",
            "咨询一下{}的收费标准",
            "{}在哪里可以买到",
            "How much is {}?",
            "When will {} be in stock",
            "What is the warranty of {}",
            "Where can I see {} in a shop",
        ],
    ),
];

const THINGS: [(&str, &str); 10] = [
    ("宽带", "the broadband"),
    ("空调", "the air conditioner"),
    ("手机", "my phone"),
    ("洗衣机", "the washing machine"),
    ("路由器", "the router"),
    ("会员卡", "the member card"),
    ("耳机", "the headphones"),
    ("电视", "the TV set"),
    ("电动车", "the scooter"),
    ("热水器", "the boiler"),
];

/// So many tickets, two thirds of them to learn from.
pub(crate) fn made_up(count: usize, seed: u64) -> Set {
    let mut dice = Dice(seed);
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for number in 0..count {
        let ticket = one(&mut dice);
        match number % 3 {
            2 => test.push(ticket),
            _ => train.push(ticket),
        }
    }
    Set {
        name: "made-up tickets in Chinese and English",
        train,
        test,
    }
}

fn one(dice: &mut Dice) -> Ticket {
    let (class, written) = dice.of(&KINDS);
    let written = dice.of(written);
    let (chinese, english) = dice.of(&THINGS);
    let is_english = written.is_ascii();
    let mut text = written.replace("{}", if is_english { english } else { chinese });
    let greeting = match is_english {
        true => dice.of(&["", "", "Hello, ", "Hi there! ", "Dear team, "]),
        false => dice.of(&["", "", "你好,", "您好!", "在吗,"]),
    };
    text.insert_str(0, greeting);
    if dice.roll(5) == 0 {
        text = slipped(&text, dice);
    }
    Ticket {
        text,
        class: class.to_owned(),
    }
}

/// Two letters next to each other change places.
fn slipped(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.roll(letters.len().saturating_sub(1).max(1));
    if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// Numbers from a seed (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    /// One of the items; of none the default.
    fn of<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = self.roll(items.len().max(1));
        items.get(at).copied().unwrap_or_default()
    }
}
