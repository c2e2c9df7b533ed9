//! The door for rules that another crate keeps: tables, classifiers, assignments. Not: how any of them decides.
//!
//! The kernel fits a case's data to the declared inputs of the rules, asks, and puts what they give into the case's fields.

use caseloop_expr::RowBuf;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A question to rules. The caller owns the rows, so asking need not allocate.
#[derive(Debug)]
pub struct Question<'a> {
    /// Which rules, by their position in the workflow's definition.
    pub rules: usize,
    /// What they read, in the slots of their inputs. A text that is hidden is absent here.
    pub inputs: &'a mut RowBuf,
    /// The inputs that are hidden texts, by position, each with the path of the field that brings it.
    pub hidden: &'a [(u16, Arc<str>)],
    /// Where what they give goes, in the slots of their outputs; every slot is absent.
    pub outputs: &'a mut RowBuf,
    /// Where the rules that fired go, by position; empty.
    pub fired: &'a mut Vec<u32>,
}

/// What rules answered. The outputs stand in the question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The rules that fired decided.
    Decided,
    /// None fired; the outputs are what the rules give otherwise.
    Otherwise,
    /// None fired, and the rules give nothing otherwise.
    #[default]
    Nothing,
    /// Those that fired do not go together, so none of them decided.
    Conflict,
}

/// Whoever answers a workflow's questions to rules. The answer depends on the inputs alone.
pub trait Rules {
    /// Answers a question.
    fn ask(&self, question: Question<'_>) -> Answer;
}
