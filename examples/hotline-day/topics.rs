//! What people call a hotline about, and what the agent then says.

/// What somebody calls about.
pub(crate) struct Topic {
    pub(crate) kind: &'static str,
    pub(crate) account: bool,
    pub(crate) product: &'static str,
    pub(crate) problem: &'static str,
    pub(crate) claim: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) department: &'static str,
}

const fn topic(
    [kind, account, product, department]: [&'static str; 4],
    [problem, claim, answer]: [&'static str; 3],
) -> Topic {
    Topic {
        kind,
        account: !account.is_empty(),
        product,
        problem,
        claim,
        answer,
        department,
    }
}

/// The identity is checked where the second column says `account` (S1.2).
pub(crate) const TOPICS: &[Topic] = &[
    topic(
        ["enquiry", "", "会员积分", "operations"],
        ["积分规则和有效期", "", "积分1年有效"],
    ),
    topic(
        ["enquiry", "", "门店服务", "operations"],
        ["周末门店营业时间", "", "门店周末10点至21点营业"],
    ),
    topic(
        ["enquiry", "", "配送", "operations"],
        ["偏远地区配送需要几天", "", "一般5至7天送达"],
    ),
    topic(
        ["enquiry", "", "优惠券", "operations"],
        ["优惠券能否与满减叠加", "", "同一订单限用一张"],
    ),
    topic(
        ["enquiry", "", "保修", "after_sales"],
        ["空气净化器保修多久", "", "整机保修2年"],
    ),
    topic(
        ["enquiry", "", "发票", "finance"],
        ["电子发票在哪里下载", "", "在订单详情页下载"],
    ),
    topic(
        ["enquiry", "account", "订单", "operations"],
        ["查询订单物流进度", "", "包裹已到本市,明日派送"],
    ),
    topic(
        ["enquiry", "account", "账单", "finance"],
        ["上月账单多出一笔费用", "解释扣费", "为增值服务月费,可随时关闭"],
    ),
    topic(
        ["complaint", "account", "扫地机器人", "after_sales"],
        ["机器买来第二天就无法充电", "换货", "请先更新固件再充电"],
    ),
    topic(
        ["complaint", "account", "支付", "finance"],
        ["同一订单被重复扣款", "退款", "重复款项将原路退回"],
    ),
    topic(
        ["complaint", "", "配送", "operations"],
        ["快递员未打电话就放在门口,外箱破损", "赔偿", "已为您登记破损理赔"],
    ),
    topic(
        ["complaint", "", "门店服务", "operations"],
        ["店员态度冷淡,排队四十分钟", "道歉", "向您致歉并通报门店"],
    ),
    topic(
        ["complaint", "", "净水器", "after_sales"],
        ["维修师傅两次未按时上门", "尽快上门", "已重新预约上门时间"],
    ),
    topic(
        ["business", "account", "会员账户", "operations"],
        ["更换注册手机号", "变更手机号", "新号码验证后立即生效"],
    ),
    topic(
        ["business", "account", "收货地址", "operations"],
        ["修改未发货订单的地址", "改地址", "地址已修改"],
    ),
    topic(
        ["business", "account", "宽带套餐", "technology"],
        ["办理套餐升级", "升级", "次月1日生效"],
    ),
    topic(
        ["business", "account", "退货", "finance"],
        ["申请七天无理由退货", "退款", "收货后3至5个工作日到账"],
    ),
    topic(
        ["suggestion", "", "手机应用", "technology"],
        ["希望应用字体可以放大", "", "感谢建议,已记录"],
    ),
    topic(
        ["suggestion", "", "配送", "operations"],
        ["希望可以预约晚间配送", "", "感谢建议,已记录"],
    ),
    topic(
        ["suggestion", "", "门店服务", "operations"],
        ["希望门店增加饮水机", "", "感谢建议,已记录"],
    ),
];

pub(crate) const OUTAGE: Topic = topic(
    ["complaint", "", "支付系统", "technology"],
    ["应用无法登录,支付页面打不开", "恢复服务", "技术部正在抢修"],
);

pub(crate) const DANGER: Topic = topic(
    ["complaint", "", "电暖器", "after_sales"],
    ["电暖器冒烟并有焦味", "上门处理", "请先断电,我们马上上门"],
);
