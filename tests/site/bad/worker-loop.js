// Asks for ever, and wakes itself by messages that it sends to itself.
const ask = () => fetch("/seen?worker-asks").then(() => setTimeout(ask, 20));
addEventListener("install", () => { skipWaiting(); ask(); });
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
