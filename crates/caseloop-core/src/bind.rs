//! The door: a host's named data become the typed rows that a step reads. Personal values are masked here, so
//! nothing behind the door ever holds one.

use crate::definition::Data;
use crate::error::BadData;
use crate::{EventId, RoleId, Workflow};
use caseloop_expr::{Field, RowBuf, Value};
use caseloop_syntax::did_you_mean;

impl Workflow {
    /// The event of that name, as the host may send it.
    ///
    /// # Errors
    /// [`BadData::UnknownEvent`] with the nearest name known.
    pub fn bind_name(&self, name: &str) -> Result<EventId, BadData> {
        self.event_id(name).ok_or_else(|| {
            let known = self
                .definition()
                .events
                .iter()
                .filter(|event| event.external)
                .map(|event| &*event.name);
            BadData::UnknownEvent {
                name: name.to_owned(),
                near: did_you_mean(name, known).map(str::to_owned),
            }
        })
    }

    /// The role of that name.
    ///
    /// # Errors
    /// [`BadData::UnknownRole`] with the nearest name known.
    pub fn bind_role(&self, name: &str) -> Result<RoleId, BadData> {
        self.role_id(name).ok_or_else(|| {
            let known = self.definition().roles.iter().map(|role| &**role);
            BadData::UnknownRole {
                name: name.to_owned(),
                near: did_you_mean(name, known).map(str::to_owned),
            }
        })
    }

    /// Fits the data of an event to its declaration.
    ///
    /// # Errors
    /// [`BadData`] for an unknown, missing or misfitting field.
    pub fn bind_event<'v>(
        &self,
        event: EventId,
        data: impl IntoIterator<Item = (&'v str, &'v Value)>,
    ) -> Result<RowBuf, BadData> {
        let event = self.event(event);
        bind(&event.name, &event.data, data)
    }

    /// Fits the data with which a case begins.
    ///
    /// # Errors
    /// [`BadData`] for an unknown, missing or misfitting field.
    pub fn bind_start<'v>(&self, data: impl IntoIterator<Item = (&'v str, &'v Value)>) -> Result<RowBuf, BadData> {
        bind("case", self.case_data(), data)
    }
}

fn bind<'v>(
    of: &str,
    declared: &Data,
    given: impl IntoIterator<Item = (&'v str, &'v Value)>,
) -> Result<RowBuf, BadData> {
    let record = &declared.record;
    let mut row = record.row();
    let mut filled = vec![false; record.fields().len()];
    for (name, value) in given {
        let Some((index, field)) = record.get(name) else {
            let near = did_you_mean(name, record.fields().map(|field| &*field.name)).map(str::to_owned);
            return Err(BadData::UnknownField {
                of: of.to_owned(),
                name: name.to_owned(),
                near,
            });
        };
        let masking = declared.masks.get(usize::from(index.0)).cloned().unwrap_or_default();
        let value = field.ty.read(value).map_err(|bad| BadData::Misfit {
            of: of.to_owned(),
            field: name.to_owned(),
            // The message of a misfit may repeat the value.
            problem: if masking.masks() {
                format!("expected {}", field.ty)
            } else {
                bad.to_string()
            },
        })?;
        let value = masking.apply(&field.ty, value);
        if let Some(filled) = filled.get_mut(usize::from(index.0)) {
            *filled = value != Value::Absent;
        }
        fit(&mut row, of, field, value)?;
    }
    for ((field, filled), default) in record.fields().zip(filled).zip(&declared.defaults) {
        match default {
            Some(value) if !filled => fit(&mut row, of, field, value.clone())?,
            None if !filled && !field.optional => {
                return Err(BadData::MissingField {
                    of: of.to_owned(),
                    field: field.name.to_string(),
                });
            }
            _ => {}
        }
    }
    Ok(row)
}

/// Puts a value that its type has read into its slot.
fn fit(row: &mut RowBuf, of: &str, field: &Field, value: Value) -> Result<(), BadData> {
    row.set(field, value).map_err(|bad| BadData::Misfit {
        of: of.to_owned(),
        field: field.name.to_string(),
        problem: bad.to_string(),
    })
}
