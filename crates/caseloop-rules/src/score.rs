//! Scores: whole-number points for what is known of a case, and the band that they fall into. Not: what is left of a
//! promise, which the caller tells.

use crate::Signature;
use crate::row::env;
use caseloop_expr::{Condition, Env, Formula, Row};
use std::sync::Arc;

/// A score. It is worked out when it is read and stored nowhere, so that what is left of a promise raises it exactly when
/// it should.
#[derive(Clone, Debug)]
pub struct Score {
    pub(crate) signature: Signature,
    pub(crate) parts: Vec<Part>,
    pub(crate) groups: Vec<i64>,
    /// The bands from the lowest, each with its least points.
    pub(crate) bands: Vec<(Arc<str>, i64)>,
    pub(crate) at_most: i64,
}

/// One reason for points.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) when: When,
    /// Which group's cap holds for it.
    pub(crate) group: Option<usize>,
}

/// When a part counts, and what.
#[derive(Clone, Debug)]
pub(crate) enum When {
    /// While a condition holds.
    Holds(Condition, i64),
    /// By the constant of a field.
    By(Formula, Vec<i64>),
    /// While less than so many hundredths of the promise are left; the first that holds counts. They rise.
    Left(Vec<(u8, i64)>),
}

/// Points, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// All points, within the cap.
    pub points: i64,
    /// The band that they fall into, by position; `None` where the score has no bands.
    pub band: Option<usize>,
    /// The points of each part by its position, parts that give none left out, before any cap.
    pub parts: Vec<(usize, i64)>,
}

impl Score {
    /// What it reads and what its parts are called.
    #[must_use]
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The bands, lowest first.
    pub fn bands(&self) -> impl Iterator<Item = &str> {
        self.bands.iter().map(|(name, _)| &**name)
    }

    /// The shares of a promise, in hundredths, below which points change; ascending, each once.
    #[must_use]
    pub fn shares(&self) -> Vec<u8> {
        let shares = self.parts.iter().flat_map(|part| match &part.when {
            When::Left(shares) => shares.as_slice(),
            When::Holds(..) | When::By(..) => &[],
        });
        let mut shares: Vec<u8> = shares.map(|(share, _)| *share).collect();
        shares.sort_unstable();
        shares.dedup();
        shares
    }

    /// The points of a case with these inputs, in the slots of [`Signature::inputs`]. `below` tells whether less than so
    /// many hundredths of the promise are left; where nothing is promised, never.
    #[must_use]
    pub fn points(&self, inputs: Row<'_>, below: &dyn Fn(u8) -> bool) -> Scored {
        let env = env(inputs, Row::default());
        let mut groups = vec![0_i64; self.groups.len()];
        let (mut alone, mut parts) = (0_i64, Vec::new());
        for (position, part) in self.parts.iter().enumerate() {
            let points = part.when.points(&env, below);
            if points == 0 {
                continue;
            }
            parts.push((position, points));
            let sum = part.group.and_then(|group| groups.get_mut(group)).unwrap_or(&mut alone);
            *sum = sum.saturating_add(points);
        }
        let capped = groups.iter().zip(&self.groups).map(|(points, most)| *points.min(most));
        let points = capped.fold(alone, i64::saturating_add).min(self.at_most);
        Scored {
            points,
            band: self.bands.iter().rposition(|(_, least)| points >= *least),
            parts,
        }
    }
}

impl When {
    /// What has to hold, as it is written.
    pub(crate) fn condition(&self) -> Option<String> {
        match self {
            Self::Holds(condition, _) => Some(condition.text().to_owned()),
            Self::By(value, _) => Some(value.text().to_owned()),
            Self::Left(shares) => shares.last().map(|(share, _)| format!("< {share} % left")),
        }
    }

    fn points(&self, env: &Env<'_>, below: &dyn Fn(u8) -> bool) -> i64 {
        match self {
            Self::Holds(condition, points) => match condition.holds(env) {
                true => *points,
                false => 0,
            },
            Self::By(value, points) => {
                let constant = usize::try_from(value.word(env)).ok();
                constant.and_then(|constant| points.get(constant).copied()).unwrap_or(0)
            }
            Self::Left(shares) => {
                let first = shares.iter().find(|(share, _)| below(*share));
                first.map_or(0, |(_, points)| *points)
            }
        }
    }
}
