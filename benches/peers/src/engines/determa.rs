//! Workload A on determa-state: YAML with CEL guards, pure `create` and `dispatch`.

use super::{Engine, expect, expect_reopened};
use crate::cpu::{self, Failure};
use caseloop_benches::profiles::{Profile, TRACE};
use determa_state::{
    AggregateState, Bindings, Bundle, Delivery, Envelope, RuntimeStatus, Target, Value, create, dispatch, load_bundle,
};
use std::collections::BTreeMap;
use std::hint::black_box;

const DEFINITION: &str = include_str!("../../charts/determa.yaml");

/// The case lives.
#[derive(Debug)]
pub struct Determa {
    bundle: Bundle,
    profiles: Vec<Profile>,
}

impl Determa {
    /// With its definition loaded.
    pub fn new(profiles: &[Profile]) -> Result<Self, Failure> {
        let bundle = load_bundle(DEFINITION).map_err(|error| format!("{error:?}"))?;
        let profiles = profiles.to_vec();
        Ok(Self { bundle, profiles })
    }

    fn begun(&self, profile: &Profile) -> Result<AggregateState, Failure> {
        let input = BTreeMap::from([
            ("tier".to_owned(), Value::Int(profile.tier.into())),
            ("amount".to_owned(), Value::Int(profile.amount.into())),
        ]);
        let external = BTreeMap::new();
        let created = create(
            &self.bundle,
            "workload_a",
            "case",
            "begin",
            &Bindings { input, external },
        );
        created.state.ok_or_else(|| format!("{:?}", created.rejection).into())
    }

    fn sent(&self, case: &AggregateState, profile: &Profile, position: usize) -> Result<AggregateState, Failure> {
        let satisfaction = profile.satisfaction(position);
        let payload = satisfaction.map(|answer| ("satisfaction".to_owned(), Value::Int(answer.into())));
        let envelope = Envelope {
            event: TRACE[position].to_owned(),
            event_id: format!("event-{position}"),
            target: Target::Root {
                root_instance_id: case.root_instance_id.clone(),
                root_runtime_id: case.root.runtime_id.clone(),
            },
            payload: payload.into_iter().collect(),
            correlation_id: None,
        };
        let result = dispatch(&self.bundle, case, Some(Delivery::Input(envelope)));
        result
            .state
            .ok_or_else(|| format!("{:?} {:?}", result.rejection, result.fault).into())
    }
}

/// The leaf by its own name; it stands with the path to it. A machine whose final state is reached is in none.
fn leaf(case: &AggregateState) -> String {
    match case.root.config().first() {
        Some(path) => path.rsplit(['.', '/']).next().unwrap_or_default().to_owned(),
        None if case.root.status == RuntimeStatus::Completed => "closed".to_owned(),
        None => String::new(),
    }
}

impl Engine for Determa {
    fn check(&mut self, profiles: &[Profile]) -> Result<(), Failure> {
        for profile in profiles {
            let mut case = self.begun(profile)?;
            for (position, expected) in profile.leaves().into_iter().enumerate() {
                let before = case.root.visible_variables();
                case = self.sent(&case, profile, position)?;
                expect(profile, &leaf(&case), expected)?;
                if expected == "closed" {
                    let reopened = before.get("reopen_count");
                    expect_reopened(profile, if reopened == Some(&Value::Int(1)) { 1 } else { 0 })?;
                }
            }
        }
        Ok(())
    }

    fn run(&mut self, lives: usize) -> Result<u64, Failure> {
        let (time, done) = cpu::of(|| {
            for profile in self.profiles.iter().cycle().take(lives) {
                let mut case = self.begun(profile)?;
                for position in 0..TRACE.len() {
                    case = self.sent(&case, profile, position)?;
                }
                black_box(case);
            }
            Ok::<_, Failure>(())
        });
        done.map(|()| time)
    }

    fn load(&mut self, times: usize) -> Result<Option<u64>, Failure> {
        let (time, loaded) = cpu::of(|| (0..times).all(|_| black_box(load_bundle(black_box(DEFINITION))).is_ok()));
        if loaded {
            Ok(Some(time))
        } else {
            Err("the definition does not load".into())
        }
    }
}
