//! The example site's name server: answers for the site's hosts, for aliases of
//! vendors', and for names that misbehave, over UDP.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, CNAME};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use super::hosts;

/// Hosts and what they are aliases of.
const ALIASES: &[(&str, &str)] = &[
    (hosts::CLINIC_INFO, "go.pardot.com"),
    ("go.pardot.com", "alb.pardot-edge.example"),
    ("cdn.lakeside-clinic.example", "d111111abcdef8.cloudfront.net"),
    ("circle-a.example", "circle-b.example"),
    ("circle-b.example", "circle-a.example"),
];

/// A host that answers with 127.0.0.2 first and with 127.0.0.1 ever after.
pub const REBINDING: &str = "rebinding.example";
/// A host in a private network.
pub const PRIVATE: &str = "intranet.example";
/// A host that the name server fails on.
pub const FAILING: &str = "failing.example";
/// A host that the name server never answers about.
pub const SILENT: &str = "silent.example";

/// How often each name was asked about.
type Asked = Arc<Mutex<BTreeMap<String, usize>>>;

/// The running name server; it ends when dropped.
#[derive(Debug)]
pub(super) struct NameServer {
    pub(super) address: SocketAddr,
    asked: Asked,
    task: JoinHandle<()>,
}

impl NameServer {
    pub(super) async fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let asked = Asked::default();
        let task = tokio::spawn(serve(socket, Arc::clone(&asked)));
        Ok(Self { address, asked, task })
    }

    /// How often addresses of a host were asked for.
    pub(super) fn asked(&self, host: &str) -> usize {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(host).copied().unwrap_or_default()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(socket: UdpSocket, asked: Asked) {
    let mut buffer = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let Ok(question) = Message::from_vec(&buffer[..length]) else { continue };
        if let Some(answer) = answer(&question, &asked).and_then(|answer| answer.to_vec().ok()) {
            // Whoever asked may be gone.
            drop(socket.send_to(&answer, from).await);
        }
    }
}

/// `None` for what is left unanswered.
fn answer(question: &Message, asked: &Asked) -> Option<Message> {
    let query = question.queries.first()?;
    let name = query.name().to_ascii().to_ascii_lowercase();
    let host = name.trim_end_matches('.');
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    answer.metadata.recursion_desired = question.metadata.recursion_desired;
    answer.metadata.recursion_available = true;
    answer.add_query(query.clone());
    match host {
        SILENT => return None,
        FAILING => answer.metadata.response_code = ResponseCode::ServFail,
        _ => match (alias(host), query.query_type()) {
            (Some(target), RecordType::CNAME) => {
                answer.add_answer(record(query.name(), target)?);
            }
            (_, RecordType::A) => match address(host, asked) {
                Some(address) => {
                    let data = RData::A(A(address));
                    answer.add_answer(Record::from_rdata(query.name().clone(), 0, data));
                }
                None => answer.metadata.response_code = ResponseCode::NXDomain,
            },
            (None, _) if !is_known(host) => answer.metadata.response_code = ResponseCode::NXDomain,
            _ => {}
        },
    }
    Some(answer)
}

fn alias(host: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(name, _)| *name == host).map(|(_, target)| *target)
}

fn record(name: &Name, target: &str) -> Option<Record> {
    let target = Name::from_ascii(format!("{target}.")).ok()?;
    Some(Record::from_rdata(name.clone(), 0, RData::CNAME(CNAME(target))))
}

fn is_known(host: &str) -> bool {
    let ends = ALIASES.iter().any(|(_, target)| *target == host);
    ends || [REBINDING, PRIVATE].contains(&host) || hosts::mapped().any(|(name, _)| name == host)
}

fn address(host: &str, asked: &Asked) -> Option<Ipv4Addr> {
    if alias(host).is_none() && !is_known(host) {
        return None;
    }
    let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
    let times = asked.entry(host.to_owned()).or_default();
    *times += 1;
    Some(match host {
        REBINDING if *times == 1 => Ipv4Addr::new(127, 0, 0, 2),
        PRIVATE => Ipv4Addr::new(10, 1, 2, 3),
        _ => Ipv4Addr::LOCALHOST,
    })
}
