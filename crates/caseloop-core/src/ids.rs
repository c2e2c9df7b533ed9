//! Typed positions in a workflow's tables. They mean something only together with the workflow that made them.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u16);

        impl $name {
            /// The position, counted from zero in the order of the file.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of a position; positions beyond 65,535 do not exist.
            #[must_use]
            pub const fn at(index: usize) -> Self {
                Self(index as u16)
            }
        }
    };
}

id! {
    /// A state, in document order: a state's descendants follow it without a gap. The root is 0.
    StateId
}
id! {
    /// An event that a workflow knows, external or internal.
    EventId
}
id! {
    /// A branch: one way in which a state answers a trigger.
    BranchId
}
id! {
    /// A timer of a state.
    TimerId
}
id! {
    /// A kind of effect that a workflow declares.
    EffectId
}
id! {
    /// A role that a workflow declares.
    RoleId
}
id! {
    /// Rules that a workflow may ask.
    RulesId
}
id! {
    /// A promise that a workflow makes.
    PromiseId
}
