// A stand-in for Meta's pixel, written for the example site. It sends what the real one
// sends, in the same places, and does nothing with it. It asks nobody for consent.
(() => {
  const endpoint = 'https://www.facebook.com/tr/';
  const started = Date.now();
  const pixels = new Map();

  const random = () => String(Math.floor(Math.random() * 9e17) + 1e17);
  const cookie = (name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1];

  function browserId() {
    const known = cookie('_fbp');
    if (known) return known;
    const made = `fb.1.${started}.${random()}`;
    document.cookie = `_fbp=${made}; path=/; max-age=7776000; SameSite=Lax`;
    return made;
  }

  async function sha256(text) {
    const bytes = new TextEncoder().encode(text.trim().toLowerCase());
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
  }

  async function hit(id, event, custom, transport) {
    const pixel = pixels.get(id);
    const sent = new URLSearchParams({
      id, ev: event, dl: location.href, rl: document.referrer, if: String(window !== top), ts: Date.now(),
    });
    for (const [key, value] of Object.entries(custom)) {
      sent.append(`cd[${key}]`, typeof value === 'object' ? JSON.stringify(value) : value);
    }
    const order = pixel.count++;
    for (const [key, value] of Object.entries(await pixel.user)) sent.append(`ud[${key}]`, value);
    const rest = {
      sw: screen.width, sh: screen.height, v: '2.9.240', r: 'stable', ec: order, o: 4126,
      fbp: browserId(), cs_est: 'true', ler: document.referrer ? 'other' : 'empty', it: started,
      coo: 'false', rqm: transport,
    };
    for (const [key, value] of Object.entries(rest)) sent.append(key, value);
    if (transport === 'GET') {
      new Image().src = `${endpoint}?${sent}`;
    } else {
      const body = new FormData();
      for (const [key, value] of sent) body.append(key, value);
      navigator.sendBeacon(endpoint, body);
    }
  }

  async function hashed(user) {
    const made = {};
    for (const [key, value] of Object.entries(user || {})) {
      made[key] = key === 'external_id' ? value : await sha256(value);
    }
    return made;
  }

  const commands = {
    init(id, user) {
      if (pixels.has(id)) {
        pixels.get(id).user = hashed(user);
        return;
      }
      pixels.set(id, { count: 0, user: hashed(user) });
      const script = document.createElement('script');
      const query = new URLSearchParams({ v: '2.9.240', r: 'stable', domain: location.hostname, hme: 'a1b2c3', ex_m: '70,121' });
      script.src = `https://connect.facebook.net/signals/config/${id}?${query}`;
      script.async = true;
      document.head.append(script);
    },
    track(event, custom) {
      for (const id of pixels.keys()) hit(id, event, custom || {}, 'GET');
    },
    trackCustom(event, custom) {
      commands.track(event, custom);
    },
  };

  // Automatic events: every press of a button is reported with its words.
  document.addEventListener('click', (click) => {
    const button = click.target.closest('button, input[type=submit], [role=button], a.button');
    if (!button) return;
    const text = (button.innerText || button.value || '').trim();
    const custom = {
      buttonFeatures: { classList: button.className, destination: button.href || '', id: button.id, innerText: text, tag: button.localName, type: button.type || null },
      buttonText: text,
      formFeatures: [...(button.form ? button.form.elements : [])].filter((e) => e.name)
        .map((e) => ({ id: e.id, name: e.name, tag: e.localName, inputType: e.type })),
      pageFeatures: { title: document.title },
      parameters: [],
    };
    for (const id of pixels.keys()) hit(id, 'SubscribedButtonClick', custom, 'SB');
  }, true);

  const run = ([command, ...rest]) => commands[command] && commands[command](...rest);
  const queued = window.fbq ? window.fbq.queue : [];
  window.fbq.callMethod = (...call) => run(call);
  while (queued.length) run(queued.shift());
})();
