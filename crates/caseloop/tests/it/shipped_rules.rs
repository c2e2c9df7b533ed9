//! The rules as shipped, asked by themselves: kinds, emergencies, grades and tiers, in Chinese and English.

use crate::running::shared;
use caseloop::{CompileOptions, Rules, Value, compile_with};
use serde_json::{Value as Json, json};

/// The first rules of a shipped file, with nothing wrong with them.
fn rules(path: &str) -> Rules {
    let compiled = compile_with(&shared(), &format!("rules/{path}"), &CompileOptions::default());
    assert!(compiled.diagnostics().is_empty(), "{:?}", compiled.diagnostics());
    compiled.rules()[0].clone()
}

/// What rules give, as JSON: `{"grade": "complex"}`.
fn gave(rules: &Rules, inputs: &Json) -> Json {
    let inputs: Vec<(String, Value)> = serde_json::from_value::<serde_json::Map<String, Json>>(inputs.clone())
        .unwrap()
        .into_iter()
        .map(|(name, value)| (name, serde_json::from_value(value).unwrap()))
        .collect();
    let decided = rules.ask(inputs.iter().map(|(name, value)| (name.as_str(), value)));
    serde_json::to_value(decided.unwrap().gave).unwrap()
}

#[test]
fn a_kind_is_heard_in_both_languages() {
    let rules = rules("case-kind.yaml");
    for (text, kind) in [
        ("我要投诉你们的快递员,态度太差了", "complaint"),
        ("I want to file a complaint about your driver.", "complaint"),
        ("宽带坏了,一直连不上", "fault_repair"),
        ("My router is not working and shows an error message", "fault_repair"),
        ("请帮我办理宽带过户", "service_request"),
        ("Please cancel my order and change my address", "service_request"),
        ("建议你们增加夜间服务", "suggestion"),
        ("It would be nice if the app had a dark mode", "suggestion"),
        ("师傅服务很好,非常满意,点赞", "feedback"),
        ("家里有残疾老人,需要轮椅上门服务", "special_need"),
        ("请问你们几点下班?", "enquiry"),
        ("How much is the monthly fee?", "enquiry"),
        // Nothing is heard, and what is said is negated.
        ("嗯", "enquiry"),
        ("这不是投诉", "enquiry"),
    ] {
        assert_eq!(gave(&rules, &json!({"text": text}))["kind"], kind, "{text}");
    }
    assert_eq!(gave(&rules, &json!({}))["kind"], "enquiry");
}

/// SC-10: the form that is submitted at night.
#[test]
fn sc_10_charged_twice_is_a_loss_of_property_and_touches_funds() {
    let emergency = rules("emergency.yaml");
    for text in ["我昨天的订单被扣了两次钱", "I was CHARGED TWICE for one order!"] {
        let found = gave(&emergency, &json!({"text": text}));
        assert_eq!(
            found,
            json!({"emergency": "property_loss", "at_stake": ["funds"]}),
            "{text}"
        );
        assert_eq!(
            gave(&rules("case-kind.yaml"), &json!({"text": text}))["kind"],
            "complaint"
        );
    }
    for (text, expected) in [
        (
            "老人昏迷了,快叫救护车",
            json!({"emergency": "life_safety", "at_stake": ["safety"]}),
        ),
        (
            "整个小区断网,业务停摆",
            json!({"emergency": "service_interruption", "at_stake": ["interruption"]}),
        ),
        ("我的数据全部丢失", json!({"at_stake": ["data_loss"]})),
        ("没有起火,请放心", json!({"at_stake": []})),
        ("你好", json!({"at_stake": []})),
    ] {
        assert_eq!(gave(&emergency, &json!({"text": text})), expected, "{text}");
    }
}

/// SC-13: 150 customers at first, then 1,200.
#[test]
fn sc_13_the_number_of_customers_grades_an_incident() {
    let rules = rules("incident-grade.yaml");
    for (affected, endangers, grade) in [
        (0, false, "grade_4"),
        (99, false, "grade_4"),
        (100, false, "grade_3"),
        (150, false, "grade_3"),
        (999, false, "grade_3"),
        (1000, false, "grade_2"),
        (1200, false, "grade_2"),
        (9999, false, "grade_2"),
        (10_000, false, "grade_1"),
        (1, true, "grade_2"),
        (20_000, true, "grade_1"),
    ] {
        let inputs = json!({"affected": affected, "endangers": endangers});
        assert_eq!(gave(&rules, &inputs)["grade"], grade, "{affected}");
    }
}

#[test]
fn a_complaint_is_complex_by_its_quality_or_by_two_traits() {
    let rules = rules("complaint-grade.yaml");
    for (traits, grade) in [
        (json!([]), "ordinary"),
        (json!(["strong_emotion"]), "ordinary"),
        (json!(["strong_emotion", "reputation"]), "complex"),
        (json!(["quality_problem"]), "complex"),
    ] {
        assert_eq!(gave(&rules, &json!({"traits": traits}))["grade"], grade);
    }
}

#[test]
fn tiers_and_tags_come_from_figures() {
    let rules = rules("customer.yaml");
    for (inputs, tier, tag) in [
        (
            json!({"orders": 0, "spent": "0.00", "years": 0}),
            "prospect",
            "potential",
        ),
        (
            json!({"orders": 9, "spent": "100000.00", "years": 0}),
            "vip",
            "valuable",
        ),
        (json!({"orders": 9, "spent": "20000.00", "years": 3}), "vip", "valuable"),
        (
            json!({"orders": 9, "spent": "20000.00", "years": 2}),
            "ordinary",
            "valuable",
        ),
        (
            json!({"orders": 9, "spent": "19999.99", "years": 9, "idle_days": 180}),
            "ordinary",
            "lost",
        ),
        (
            json!({"orders": 9, "spent": "10.00", "years": 1, "idle_days": 179, "churn": 70}),
            "ordinary",
            "lost",
        ),
        (
            json!({"orders": 9, "spent": "10.00", "years": 1, "idle_days": 179, "churn": 69}),
            "ordinary",
            "none",
        ),
    ] {
        let found = gave(&rules, &inputs);
        assert_eq!(
            (found["tier"].as_str(), found["tag"].as_str()),
            (Some(tier), Some(tag)),
            "{inputs}"
        );
    }
}

#[test]
fn every_kind_has_a_class_in_each_document() {
    let rules = rules("case-classes.yaml");
    let found = gave(&rules, &json!({"kind": "fault_repair"}));
    let expected = json!({"call": "business", "handling": "work_order", "topic": "technical", "task": "after_sales", "scene": "complaint"});
    assert_eq!(found, expected);
    for kind in [
        "complaint",
        "service_request",
        "suggestion",
        "feedback",
        "special_need",
        "enquiry",
    ] {
        let found = gave(&rules, &json!({"kind": kind}));
        assert_eq!(found.as_object().map(serde_json::Map::len), Some(5), "{kind}");
    }
}
