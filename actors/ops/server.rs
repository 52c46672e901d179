//! The routes, and what each answers.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::http::uri::Authority;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, middleware};
use serde::Deserialize;

use super::Dashboard;
use super::exposition;
use super::report::Report;
use crate::supervision::{How, KillError};

/// Connections at once: a few people and a few scrapers; more wait in the listener's queue.
const CONNECTIONS_MAX: usize = 64;
/// Connections that the kernel holds ready for us.
const BACKLOG: u32 = 64;
/// actix-web keeps threads for blocking work, of which there is none here.
const BLOCKING_THREADS: usize = 1;
/// The page brings all it needs in itself and talks to nobody else.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                           connect-src 'self'; img-src data:; frame-ancestors 'none'";

/// Starts serving; the server runs while the returned future is polled, and ends when that is dropped.
pub(super) fn serve(listener: TcpListener, dashboard: Arc<Dashboard>) -> io::Result<Server> {
    let dashboard = Data::from(dashboard);
    let server = HttpServer::new(move || {
        let never_cached = middleware::DefaultHeaders::new()
            .add((header::CACHE_CONTROL, "no-store"))
            .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        App::new().app_data(dashboard.clone()).wrap(never_cached).configure(routes)
    });
    let server = server
        .workers(1)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .max_connections(CONNECTIONS_MAX)
        .backlog(BACKLOG)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Every route; needs a [`Dashboard`] in the application's data.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(page))
        .route("/actors", web::get().to(actors))
        .route("/metrics", web::get().to(metrics))
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/actors/{path:.+}/kill", web::post().to(kill));
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .body(include_str!("page.html"))
}

async fn actors(dashboard: Data<Dashboard>) -> HttpResponse {
    HttpResponse::Ok().json(Report::of(&dashboard))
}

async fn metrics(dashboard: Data<Dashboard>) -> HttpResponse {
    HttpResponse::Ok().content_type(exposition::CONTENT_TYPE).body(exposition::of(&dashboard))
}

/// Answering is the proof.
async fn live() -> HttpResponse {
    HttpResponse::Ok().body("live\n")
}

async fn ready(dashboard: Data<Dashboard>) -> HttpResponse {
    match (dashboard.is_ready)() {
        true => HttpResponse::Ok().body("ready\n"),
        false => HttpResponse::ServiceUnavailable().body("not ready\n"),
    }
}

#[derive(Deserialize)]
struct KillQuery {
    how: HowToKill,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum HowToKill {
    Panic,
    Stop,
}

/// Accepted, not done: the actor dies of a message that is now in its mailbox.
async fn kill(
    request: HttpRequest,
    dashboard: Data<Dashboard>,
    path: web::Path<String>,
    query: web::Query<KillQuery>,
) -> HttpResponse {
    if !dashboard.chaos_enabled {
        return HttpResponse::Forbidden().body("kabuki.chaos.enabled is false\n");
    }
    if !is_from_here(&request) {
        return HttpResponse::Forbidden().body("not asked from this host's own page or tools\n");
    }
    let how = match query.how {
        HowToKill::Panic => How::Panic,
        HowToKill::Stop => How::Stop,
    };
    match dashboard.tree.kill(&path, how) {
        Ok(()) => {
            tracing::warn!(actor = %path, ?how, "killed through the chaos door");
            HttpResponse::Accepted().body(format!("{path}\n"))
        }
        Err(error @ KillError::Unknown) => {
            HttpResponse::NotFound().body(format!("{error}: {path}\n"))
        }
        Err(error @ KillError::NotAlive(_)) => {
            HttpResponse::Conflict().body(format!("{error}: {path}\n"))
        }
    }
}

/// Whether the request was made to this host by name or address, and not by a page of some other site: a loopback
/// address alone does not keep out what a browser on this machine is told to do.
fn is_from_here(request: &HttpRequest) -> bool {
    let text = |name: header::HeaderName| {
        request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
    };
    let host = text(header::HOST).unwrap_or_default();
    let same_origin =
        text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host));
    same_origin && is_loopback_name(host)
}

/// Whether `host`, with or without a port, is this host's loopback.
fn is_loopback_name(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback_name;

    #[test]
    fn loopback_goes_by_name_and_address() {
        for here in ["localhost", "LOCALHOST:9180", "127.0.0.1:9180", "127.9.9.9", "[::1]:9180"] {
            assert!(is_loopback_name(here), "{here}");
        }
        for elsewhere in
            ["", "example.org:9180", "10.0.0.1", "localhost.example.org", "[::2]", "a b"]
        {
            assert!(!is_loopback_name(elsewhere), "{elsewhere}");
        }
    }
}
