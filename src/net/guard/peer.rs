//! Whose a connection is. Browsers cannot log in to a SOCKS proxy, so that the guard asks
//! the system instead: where it tells (Linux), only this user's processes are served.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};

/// Where Linux lists its IPv4 sockets.
const TABLE: &str = "/proc/net/tcp";

/// Tells this user's connections from others'.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peers {
    /// This user's number; `None` where the system does not tell whose a socket is.
    user: Option<u32>,
}

impl Peers {
    /// Tries it out with a connection of our own, as systems differ.
    pub(super) async fn of(listener: &TcpListener) -> io::Result<Self> {
        let user = nix::unistd::geteuid().as_raw();
        let probe = TcpStream::connect(listener.local_addr()?).await?;
        let tells = owner(probe.local_addr()?) == Some(user);
        if !tells {
            tracing::warn!("the system does not tell whose a connection is: the guard serves all");
        }
        Ok(Self { user: tells.then_some(user) })
    }

    pub(super) fn is_ours(&self, from: SocketAddr) -> bool {
        self.user.is_none_or(|user| owner(from) == Some(user))
    }
}

fn owner(of: SocketAddr) -> Option<u32> {
    owner_in(&std::fs::read_to_string(TABLE).ok()?, of)
}

/// The user of the socket that is bound to an address.
fn owner_in(table: &str, of: SocketAddr) -> Option<u32> {
    let IpAddr::V4(address) = of.ip() else { return None };
    // As the kernel prints it: the four bytes read as a number of this machine's order.
    let wanted = format!("{:08X}:{:04X}", u32::from_ne_bytes(address.octets()), of.port());
    let row = table.lines().find(|row| row.split_ascii_whitespace().nth(1) == Some(&wanted))?;
    row.split_ascii_whitespace().nth(7)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_the_owner_of_a_port() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n\
            1: 0100007F:A0B1 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0\n";
        if cfg!(target_endian = "little") {
            assert_eq!(owner_in(table, "127.0.0.1:41137".parse().unwrap()), Some(1000));
            assert_eq!(owner_in(table, "127.0.0.1:8080".parse().unwrap()), Some(0));
        }
        assert_eq!(owner_in(table, "127.0.0.1:9".parse().unwrap()), None);
        assert_eq!(owner_in("", "[::1]:9".parse().unwrap()), None);
    }

    #[tokio::test]
    async fn our_own_connections_are_known_where_the_system_tells() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peers = Peers::of(&listener).await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (_, from) = listener.accept().await.unwrap();
        assert!(peers.is_ours(from));
        let stranger = Peers { user: Some(nix::unistd::geteuid().as_raw() + 1) };
        assert!(!stranger.is_ours(from), "another user's are not served");
    }
}
