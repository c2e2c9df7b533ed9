//! Texts of about 500 bytes in made-up Chinese and English, and a thousand rules that listen to them: 500 phrases of the one,
//! 300 of the other, 200 patterns. Words and characters are drawn so that some are common and most are rare.

use crate::decisions::rules;
use crate::dice::Dice;
use caseloop_expr::{Heavy, RowBuf};
use caseloop_rules::{Rules, Scratch};
use std::error::Error;
use std::fmt::Write as _;

/// What one rule listens for.
#[derive(Clone, Debug)]
pub enum Listens {
    /// Words that stand together.
    Words(String),
    /// What a pattern matches.
    Pattern(String),
}

/// The rules and the texts.
#[derive(Debug)]
pub struct Tickets {
    /// What each rule listens for.
    pub listens: Vec<Listens>,
    /// Chinese texts, then English ones.
    pub texts: [Vec<String>; 2],
    rules: Rules,
    inputs: [Vec<RowBuf>; 2],
    outputs: RowBuf,
    fired: Vec<u32>,
    scratch: Scratch,
}

/// A character that is common where the dice show little.
fn character(dice: &mut Dice) -> char {
    let reach = 40 + dice.roll(3) * dice.roll(900);
    char::from_u32(0x4e00 + dice.roll(reach) as u32 * 7).unwrap_or('一')
}

fn word(dice: &mut Dice) -> String {
    let reach = 60 + dice.roll(3) * dice.roll(1500);
    let mut number = dice.roll(reach) * 31 + 17;
    let mut word = String::new();
    while number > 0 {
        word.push(char::from(b'a' + (number % 13) as u8 * 2));
        word.push("aeiou".chars().nth(number % 5).unwrap_or('a'));
        number /= 13;
    }
    word
}

fn chinese(dice: &mut Dice) -> String {
    let mut text = String::new();
    while text.len() < 495 {
        let run = 4 + dice.roll(12);
        text.extend((0..run).map(|_| character(dice)));
        text.push('，');
    }
    text
}

fn english(dice: &mut Dice) -> String {
    let mut text = String::new();
    while text.len() < 495 {
        let ends = if dice.roll(4) == 0 { ", " } else { " " };
        let _ = write!(text, "{}{ends}", word(dice));
    }
    text
}

/// A piece of a text, so that it is heard somewhere.
fn piece(texts: &[String], dice: &mut Dice, length: usize) -> String {
    let text: Vec<char> = texts
        .get(dice.roll(texts.len()))
        .map_or(Vec::new(), |text| text.chars().collect());
    let from = dice.roll(text.len().saturating_sub(length).max(1));
    text.iter()
        .skip(from)
        .take(length)
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

fn phrase(texts: &[String], dice: &mut Dice, words: usize) -> String {
    let text = texts.get(dice.roll(texts.len())).map_or("", String::as_str);
    let all: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let from = dice.roll(all.len().saturating_sub(words).max(1));
    all.iter().skip(from).take(words).copied().collect::<Vec<_>>().join(" ")
}

fn listened(texts: &[Vec<String>; 2]) -> Vec<Listens> {
    let mut dice = Dice::new(23);
    let [zh, en] = texts;
    let mut found = Vec::new();
    for _ in 0..500 {
        let length = 3 + dice.roll(3);
        let mut text = piece(zh, &mut dice, length);
        while text.chars().count() < 2 {
            text.push(character(&mut dice));
        }
        found.push(Listens::Words(text));
    }
    for _ in 0..300 {
        let words = 2 + dice.roll(2);
        found.push(Listens::Words(phrase(en, &mut dice, words)));
    }
    for number in 0..200 {
        found.push(Listens::Pattern(match number % 10 {
            0..=4 => {
                let (a, b) = (piece(zh, &mut dice, 3), piece(zh, &mut dice, 3));
                format!("{a}一.{{0,{}}}{b}二", 4 + dice.roll(12))
            }
            5..=8 => {
                let (a, b) = (phrase(en, &mut dice, 1), phrase(en, &mut dice, 1));
                format!(r"\b{a}x?\b.{{0,30}}\b{b}\b")
            }
            _ => format!(r"\b{}[0-9]{{6,9}}\b", number),
        }));
    }
    found
}

impl Tickets {
    /// So many texts of each kind.
    ///
    /// # Errors
    /// Where the rules are refused.
    pub fn new(count: usize) -> Result<Self, Box<dyn Error>> {
        let mut dice = Dice::new(19);
        let texts = [
            (0..count).map(|_| chinese(&mut dice)).collect::<Vec<_>>(),
            (0..count).map(|_| english(&mut dice)).collect(),
        ];
        let listens = listened(&texts);
        let mut yaml = "classifier: c\ncase: {text: text}\ngives: {kind: {set_of: [a, b, c, d]}}\nrules:\n".to_owned();
        for (number, rule) in listens.iter().enumerate() {
            let constant = char::from(b'a' + (number % 4) as u8);
            let _ = match rule {
                Listens::Words(text) => writeln!(yaml, "  - {{words: [\"{text}\"], kind: {constant}}}"),
                Listens::Pattern(text) => writeln!(yaml, "  - {{pattern: '{text}', kind: {constant}}}"),
            };
        }
        let rules = rules(&yaml)?;
        let row = |text: &String| RowBuf {
            words: Vec::new(),
            heavy: vec![Heavy::Text(text.as_str().into())],
        };
        let inputs = [&texts[0], &texts[1]].map(|texts| texts.iter().map(row).collect());
        Ok(Self {
            listens,
            inputs,
            outputs: rules.signature().outputs.row(),
            rules,
            texts,
            fired: Vec::new(),
            scratch: Scratch::default(),
        })
    }

    /// Classifies every text of a language; how many rules fired.
    pub fn classify(&mut self, language: usize) -> usize {
        let mut sum = 0;
        for inputs in self.inputs.get_mut(language).into_iter().flatten() {
            self.fired.clear();
            self.rules
                .decide(inputs, &mut self.outputs, &mut self.fired, &mut self.scratch);
            sum += self.fired.len();
        }
        sum
    }
}
