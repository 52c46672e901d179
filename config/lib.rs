//! Every configuration key of the broker: type, default, range, doc; and where values come from.
