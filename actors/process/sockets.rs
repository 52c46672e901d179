//! Listeners at the start: bound before anything else comes to life, so that a port in use is said at once.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;

use kabuki_config::broker::NetworkConfig;
use kabuki_config::{BrokerConfig, Listener};
use socket2::{Domain, Protocol, Socket, Type};

use super::StartError;
use crate::network::ListenerInfo;

/// A bound listener that does not accept yet.
pub(super) struct Bound {
    pub(super) info: Arc<ListenerInfo>,
    pub(super) socket: TcpListener,
}

/// Binds every listener for brokers and clients.
pub(super) fn bind(config: &BrokerConfig) -> Result<Vec<Bound>, StartError> {
    for controller in &config.listeners.controller {
        let name = &controller.name;
        tracing::info!(
            listener = name,
            "not bound: the controller of a single node needs no listener"
        );
    }
    config.listeners.broker.iter().map(|listener| bind_one(listener, &config.network)).collect()
}

fn bind_one(listener: &Listener, network: &NetworkConfig) -> Result<Bound, StartError> {
    let socket = resolve(listener).and_then(|addresses| bind_first(&addresses, network));
    let bound = socket.and_then(|socket| Ok((socket.local_addr()?, socket)));
    let (address, socket) = bound.map_err(|source| StartError::Bind {
        name: listener.name.clone(),
        address: format!("{}:{}", listener.host, listener.port),
        source,
    })?;
    let info = ListenerInfo {
        name: listener.name.clone(),
        bound: address,
        advertised: listener.advertised_endpoint(address, &machine_name()),
    };
    Ok(Bound { info: Arc::new(info), socket })
}

/// All interfaces for an empty host: of both address families where the machine has both.
fn resolve(listener: &Listener) -> io::Result<Vec<SocketAddr>> {
    if listener.host.is_empty() {
        let any: [IpAddr; 2] = [Ipv6Addr::UNSPECIFIED.into(), Ipv4Addr::UNSPECIFIED.into()];
        return Ok(any.map(|ip| SocketAddr::new(ip, listener.port)).into());
    }
    Ok((listener.host.as_str(), listener.port).to_socket_addrs()?.collect())
}

fn bind_first(addresses: &[SocketAddr], network: &NetworkConfig) -> io::Result<TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "the host has no address");
    for address in addresses {
        match bind_address(*address, network) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn bind_address(address: SocketAddr, network: &NetworkConfig) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.ip() == IpAddr::from(Ipv6Addr::UNSPECIFIED) {
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    if let Some(bytes) = network.socket_receive_buffer_bytes {
        // Before connections come: they inherit it, and their windows are announced accordingly.
        socket.set_recv_buffer_size(bytes as usize)?;
    }
    let backlog = network.socket_listen_backlog_size;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}

/// The name that clients are told where no other is configured, as Java finds it.
fn machine_name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".to_owned() } else { name }
}
