//! Addresses of controllers: `controller.quorum.voters` and `controller.quorum.bootstrap.servers`.

use crate::listeners::Endpoint;

/// Reads entries `id@host:port`; `None` when one of them is not.
pub(crate) fn parse_voters(entries: &[String]) -> Option<Vec<(i32, Endpoint)>> {
    entries.iter().map(|entry| voter(entry)).collect()
}

/// Reads entries `host:port`; `None` when one of them is not.
pub(crate) fn parse_servers(entries: &[String]) -> Option<Vec<Endpoint>> {
    entries.iter().map(|entry| endpoint(entry)).collect()
}

fn voter(entry: &str) -> Option<(i32, Endpoint)> {
    let (id, address) = entry.split_once('@')?;
    Some((id.parse().ok()?, endpoint(address)?))
}

/// `host:port`, an IPv6 address in brackets; a protocol before it, as in `http://host:port`, does not matter.
fn endpoint(text: &str) -> Option<Endpoint> {
    let address = text.split_once("://").map_or(text, |(_, address)| address);
    let (host, port) = address.rsplit_once(':')?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None => host,
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '%');
    if host.is_empty() || !host.chars().all(is_host) {
        return None;
    }
    Some(Endpoint { host: host.to_owned(), port: port.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_controllers() {
        let entry = |text: &str| [text.to_owned()];
        let read = parse_voters(&entry("1@[::1]:9093")).expect("a voter");
        assert_eq!(read, [(1, Endpoint { host: "::1".into(), port: 9093 })]);
        for bad in ["", "1", "x@h:1", "1@h", "1@h:", "1@:1", "1@h:99999", "1@h h:1", "1@[::1:9"] {
            assert_eq!(parse_voters(&entry(bad)), None, "{bad}");
        }
        assert_eq!(parse_servers(&entry("a.b:1")).map(|found| found.len()), Some(1));
    }
}
