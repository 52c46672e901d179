//! Who is in, and whether one more may come: numbers in, a verdict out.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use super::limits::Limits;
use super::rate::WindowedRate;

/// What becomes of a connection that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is in, and counted.
    Admitted,
    /// There is no place for it now: its listener waits with it until one is free.
    NoPlace,
    /// Its address has as many connections as it may: it is closed at once.
    TooManyOfIp,
}

/// Connections by listener and by address, and how fast they came.
#[derive(Debug, Default)]
pub(super) struct Book {
    total: u32,
    by_listener: BTreeMap<String, u32>,
    by_ip: BTreeMap<IpAddr, u32>,
    rate: WindowedRate,
    listener_rates: BTreeMap<String, WindowedRate>,
}

impl Book {
    /// A connection has come; says how long it has to wait for the sake of `max.connection.creation.rate`. Asked once
    /// for each connection, before [`Book::enter`].
    pub(super) fn arrived(&mut self, limits: &Limits, listener: &str, now: Duration) -> Duration {
        let broker = match limits.is_protected(listener) {
            true => Duration::ZERO,
            false => self.rate.record(now, limits.creation_rate, limits.window),
        };
        let rate = limits.of(listener).max_connection_creation_rate;
        let own = self.listener_rates.entry(listener.to_owned()).or_default();
        broker.max(own.record(now, rate, limits.window))
    }

    /// Whether a connection may come in now. As in Kafka, a place is asked for first: an address with too many
    /// connections is refused only when the connection would be let in otherwise.
    pub(super) fn enter(&mut self, limits: &Limits, listener: &str, ip: IpAddr) -> Verdict {
        if !self.has_place(limits, listener) {
            return Verdict::NoPlace;
        }
        if self.by_ip.get(&ip).copied().unwrap_or(0) >= limits.of_ip(ip) {
            return Verdict::TooManyOfIp;
        }
        self.total += 1;
        *self.by_listener.entry(listener.to_owned()).or_default() += 1;
        *self.by_ip.entry(ip).or_default() += 1;
        Verdict::Admitted
    }

    fn has_place(&self, limits: &Limits, listener: &str) -> bool {
        let own = self.of(listener) < limits.of(listener).max_connections;
        own && (limits.is_protected(listener) || self.total < limits.connections)
    }

    /// An admitted connection is gone.
    pub(super) fn leave(&mut self, listener: &str, ip: IpAddr) {
        self.total -= 1;
        if let Some(count) = self.by_listener.get_mut(listener) {
            *count -= 1;
        }
        if let Some(count) = self.by_ip.get_mut(&ip) {
            *count -= 1;
            if *count == 0 {
                self.by_ip.remove(&ip);
            }
        }
    }

    /// Connections of a listener.
    pub(super) fn of(&self, listener: &str) -> u32 {
        self.by_listener.get(listener).copied().unwrap_or(0)
    }

    /// Connections by which the broker is above `max.connections`: after one of the protected listener came in, or the
    /// limit was lowered. Connections of other listeners give way.
    pub(super) fn excess(&self, limits: &Limits) -> u32 {
        self.total.saturating_sub(limits.connections)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use kabuki_config::broker::ListenerLimits;
    use proptest::prelude::*;

    use super::super::rate::RateWindow;
    use super::*;

    const A: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    const B: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

    /// A listener for clients and one for brokers, which is protected.
    fn limits(connections: u32, clients: u32, brokers: u32) -> Limits {
        let of = |max_connections| ListenerLimits {
            max_connections,
            max_connection_creation_rate: u32::MAX,
        };
        Limits {
            connections,
            creation_rate: u32::MAX,
            per_ip: u32::MAX,
            per_ip_overrides: BTreeMap::new(),
            listeners: [("CLIENTS".into(), of(clients)), ("BROKERS".into(), of(brokers))].into(),
            protected: Some("BROKERS".into()),
            window: RateWindow { samples: 11, sample: Duration::from_secs(1) },
        }
    }

    #[test]
    fn the_brokers_limit_holds_for_clients_and_brokers_push_them_out() {
        let limits = limits(2, 10, 10);
        let mut book = Book::default();
        assert_eq!(book.enter(&limits, "CLIENTS", A), Verdict::Admitted);
        assert_eq!(book.enter(&limits, "CLIENTS", A), Verdict::Admitted);
        assert_eq!(book.enter(&limits, "CLIENTS", A), Verdict::NoPlace);
        assert_eq!(book.excess(&limits), 0);
        assert_eq!(book.enter(&limits, "BROKERS", A), Verdict::Admitted);
        assert_eq!(book.excess(&limits), 1);
        book.leave("CLIENTS", A);
        assert_eq!(book.excess(&limits), 0);
        assert_eq!(book.enter(&limits, "CLIENTS", A), Verdict::NoPlace);
    }

    #[test]
    fn a_listeners_own_limit_holds_for_it_protected_or_not() {
        let limits = limits(10, 1, 1);
        let mut book = Book::default();
        for listener in ["CLIENTS", "BROKERS"] {
            assert_eq!(book.enter(&limits, listener, A), Verdict::Admitted);
            assert_eq!(book.enter(&limits, listener, A), Verdict::NoPlace);
        }
    }

    #[test]
    fn an_address_is_held_to_its_own_limit() {
        let mut limits = limits(10, 10, 10);
        limits.per_ip = 1;
        limits.per_ip_overrides = [(B, 0)].into();
        let mut book = Book::default();
        assert_eq!(book.enter(&limits, "CLIENTS", A), Verdict::Admitted);
        assert_eq!(book.enter(&limits, "BROKERS", A), Verdict::TooManyOfIp);
        assert_eq!(book.enter(&limits, "CLIENTS", B), Verdict::TooManyOfIp);
        book.leave("CLIENTS", A);
        assert_eq!(book.enter(&limits, "BROKERS", A), Verdict::Admitted);
    }

    #[test]
    fn brokers_are_not_delayed_by_the_rate_of_clients() {
        let mut limits = limits(10, 10, 10);
        limits.creation_rate = 1;
        let mut book = Book::default();
        let waits: Vec<_> =
            (0..20).map(|_| book.arrived(&limits, "CLIENTS", Duration::ZERO)).collect();
        assert!(waits[..10].iter().all(Duration::is_zero) && !waits[10].is_zero());
        assert_eq!(book.arrived(&limits, "BROKERS", Duration::ZERO), Duration::ZERO);
    }

    proptest! {
        /// Whatever comes and goes: no listener, no address and no broker is above its limit but for the protected
        /// listener's connections, and the numbers are those of the connections that are in.
        #[test]
        fn limits_hold(
            total in 0_u32..8, clients in 0_u32..8, brokers in 0_u32..8, per_ip in 0_u32..8,
            steps in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>(), 0_usize..16), 0..200),
        ) {
            let mut limits = limits(total, clients, brokers);
            limits.per_ip = per_ip;
            let mut book = Book::default();
            let mut inside: Vec<(&str, IpAddr)> = vec![];
            for (comes, to_brokers, from_a, who) in steps {
                let listener = if to_brokers { "BROKERS" } else { "CLIENTS" };
                let ip = if from_a { A } else { B };
                if comes {
                    let verdict = book.enter(&limits, listener, ip);
                    if verdict == Verdict::Admitted {
                        inside.push((listener, ip));
                    }
                } else if who < inside.len() {
                    let (listener, ip) = inside.swap_remove(who);
                    book.leave(listener, ip);
                }
                let count = |name: &str| inside.iter().filter(|(it, _)| *it == name).count() as u32;
                let of_ip = |ip: IpAddr| inside.iter().filter(|(_, it)| *it == ip).count() as u32;
                prop_assert_eq!(book.of("CLIENTS"), count("CLIENTS"));
                prop_assert_eq!(book.of("BROKERS"), count("BROKERS"));
                prop_assert!(count("CLIENTS") <= clients.min(total));
                prop_assert!(count("BROKERS") <= brokers);
                prop_assert!(of_ip(A) <= per_ip && of_ip(B) <= per_ip);
                let excess = (inside.len() as u32).saturating_sub(total);
                prop_assert_eq!(book.excess(&limits), excess);
                prop_assert!(excess <= count("BROKERS"));
            }
        }
    }
}
