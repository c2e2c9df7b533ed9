//! Declared fields and their places in a row of slots, and rows themselves. Not: where the rows are stored.

use crate::{ABSENT, BadValue, Type, Value};
use caseloop_syntax::Span;
use indexmap::IndexMap;
use std::sync::Arc;

/// The position of a field in its record, in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldIndex(pub u16);

/// Where in a [`Row`] a field lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Index into the words: all types but the heavy ones.
    Word(u16),
    /// Index into the heavy values: text, person, ref, list, record.
    Heavy(u16),
}

/// A declared field. Two are equal that say the same, wherever they are declared.
#[derive(Clone, Debug, Eq)]
pub struct Field {
    /// The name, NFC.
    pub name: Arc<str>,
    /// The type.
    pub ty: Type,
    /// Whether it may be absent; a condition then asks `has(x)` first.
    pub optional: bool,
    /// Whether it holds personal free text, of which a condition may only ask whether it is there.
    pub hidden: bool,
    /// Where its value lives.
    pub slot: Slot,
    /// Where it is declared.
    pub span: Span,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        let same = |field: &Self| (field.name.clone(), field.optional, field.hidden, field.slot);
        same(self) == same(other) && self.ty == other.ty
    }
}

/// The fields of a case, of an event or of a nested record, with their slots.
///
/// ```
/// use caseloop_expr::{RecordType, Type, Value};
/// use caseloop_syntax::Span;
/// let mut case = RecordType::default();
/// case.push("paid", Type::Bool, false, false, Span::default());
/// case.push("note", Type::Text, true, false, Span::default());
/// let mut row = case.row();
/// let (_, paid) = case.get("paid").unwrap();
/// row.set(paid, Value::Bool(true))?;
/// assert_eq!((row.get(paid), case.words(), case.heavies()), (Value::Bool(true), 1, 1));
/// # Ok::<(), caseloop_expr::BadValue>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordType {
    fields: IndexMap<Arc<str>, Field>,
    words: u16,
    heavies: u16,
}

impl RecordType {
    /// Adds a field in the next free slot; the name is brought to NFC. A name that is there already keeps its first
    /// declaration, whose index comes back; so does the last field's beyond 65535 fields.
    pub fn push(&mut self, name: &str, ty: Type, optional: bool, hidden: bool, span: Span) -> FieldIndex {
        let name = crate::nfc(name);
        if let Some(index) = self.fields.get_index_of(&name) {
            return FieldIndex(u16::try_from(index).unwrap_or(u16::MAX));
        }
        let Ok(index) = u16::try_from(self.fields.len()) else {
            return FieldIndex(u16::MAX);
        };
        let next = if ty.is_word() {
            &mut self.words
        } else {
            &mut self.heavies
        };
        let slot = if ty.is_word() {
            Slot::Word(*next)
        } else {
            Slot::Heavy(*next)
        };
        *next = next.saturating_add(1);
        let field = Field {
            name: name.clone(),
            ty,
            optional,
            hidden,
            slot,
            span,
        };
        self.fields.insert(name, field);
        FieldIndex(index)
    }

    /// A field by its NFC name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(FieldIndex, &Field)> {
        let (index, _, field) = self.fields.get_full(name)?;
        Some((FieldIndex(u16::try_from(index).ok()?), field))
    }

    /// A field by its position.
    #[must_use]
    pub fn field(&self, index: FieldIndex) -> Option<&Field> {
        self.fields.get_index(usize::from(index.0)).map(|(_, field)| field)
    }

    /// The fields in the order of declaration.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &Field> {
        self.fields.values()
    }

    /// The number of words that a row has.
    #[must_use]
    pub fn words(&self) -> usize {
        usize::from(self.words)
    }

    /// The number of heavy values that a row has.
    #[must_use]
    pub fn heavies(&self) -> usize {
        usize::from(self.heavies)
    }

    /// A row in which every field is absent.
    #[must_use]
    pub fn row(&self) -> RowBuf {
        RowBuf {
            words: vec![ABSENT; self.words()],
            heavy: vec![Heavy::Absent; self.heavies()],
        }
    }
}

/// A value too large for a word; cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Heavy {
    /// Not there.
    #[default]
    Absent,
    /// Text, a person or a reference.
    Text(Arc<str>),
    /// Items, each as its type reads it.
    List(Arc<[Value]>),
    /// The members of a record in the order of declaration, absent ones included.
    Record(Arc<[Value]>),
}

impl Heavy {
    /// The heavy form of a value that `ty` has read; absent for a value of another type.
    #[must_use]
    pub fn of(ty: &Type, value: Value) -> Self {
        match (ty, value) {
            (Type::Text | Type::Person | Type::Ref, Value::Text(text)) => Self::Text(text),
            (Type::List(_), Value::List(items)) => Self::List(items.into()),
            (Type::Record(_), Value::Record(members)) => {
                Self::Record(members.into_iter().map(|(_, value)| value).collect())
            }
            _ => Self::Absent,
        }
    }

    /// The value of a field of type `ty`.
    #[must_use]
    pub fn value(&self, ty: &Type) -> Value {
        match (self, ty) {
            (Self::Text(text), _) => Value::Text(text.clone()),
            (Self::List(items), _) => Value::List(items.to_vec()),
            (Self::Record(values), Type::Record(record)) => {
                let names = record.fields().map(|field| field.name.clone());
                Value::Record(names.zip(values.iter().cloned()).collect())
            }
            _ => Value::Absent,
        }
    }
}

/// The slots of a record, borrowed: what a condition reads. A slot beyond the end reads as absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row<'a> {
    /// The words; [`ABSENT`] where nothing is there.
    pub words: &'a [i64],
    /// The heavy values.
    pub heavy: &'a [Heavy],
}

/// The slots of a record, owned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowBuf {
    /// The words; [`ABSENT`] where nothing is there.
    pub words: Vec<i64>,
    /// The heavy values.
    pub heavy: Vec<Heavy>,
}

impl RowBuf {
    /// The row as a condition reads it.
    #[must_use]
    pub fn as_row(&self) -> Row<'_> {
        Row {
            words: &self.words,
            heavy: &self.heavy,
        }
    }

    /// Sets a field to a value as its type reads it; [`Value::Absent`] clears it.
    ///
    /// # Errors
    /// Where the type does not accept the value; the row stays as it was. A slot that the row does not have is ignored.
    pub fn set(&mut self, field: &Field, value: Value) -> Result<(), BadValue> {
        let value = field.ty.read(&value)?;
        match field.slot {
            Slot::Word(slot) => {
                if let Some(word) = self.words.get_mut(usize::from(slot)) {
                    *word = field.ty.word(&value);
                }
            }
            Slot::Heavy(slot) => {
                if let Some(heavy) = self.heavy.get_mut(usize::from(slot)) {
                    *heavy = Heavy::of(&field.ty, value);
                }
            }
        }
        Ok(())
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &Field) -> Value {
        self.as_row().get(field)
    }
}

impl Row<'_> {
    /// The value of a field.
    #[must_use]
    pub fn get(self, field: &Field) -> Value {
        match field.slot {
            Slot::Word(slot) => field
                .ty
                .value(self.words.get(usize::from(slot)).copied().unwrap_or(ABSENT)),
            Slot::Heavy(slot) => self
                .heavy
                .get(usize::from(slot))
                .map_or(Value::Absent, |heavy| heavy.value(&field.ty)),
        }
    }
}
