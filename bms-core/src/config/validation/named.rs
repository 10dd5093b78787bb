//! Fields with their values.

/// A field of a configuration with its value, for a quantity converted to a number.
macro_rules! named {
    ($self:ident.$first:ident $(.$rest:ident)*) => {
        (
            field!(concat!(stringify!($first) $(, ".", stringify!($rest))*)),
            $self.$first$(.$rest)* as f32,
        )
    };
    ($self:ident.$first:ident $(.$rest:ident)*, $get:path) => {
        (
            field!(concat!(stringify!($first) $(, ".", stringify!($rest))*)),
            $get($self.$first$(.$rest)*),
        )
    };
}

/// The three levels of a field.
macro_rules! levels {
    ($self:ident.$first:ident $(.$rest:ident)*, $get:path) => {
        [
            named!($self.$first$(.$rest)*.operating, $get),
            named!($self.$first$(.$rest)*.recommended, $get),
            named!($self.$first$(.$rest)*.maximum, $get),
        ]
    };
}

pub(super) use {levels, named};
