// A stand-in for the Google tag (Analytics 4), written for the example site: Consent Mode
// as documented, one event in the query, several as lines of the body.
(() => {
  const script = new URL(document.currentScript.src);
  const id = script.searchParams.get('id');
  const own = script.host === 'www.googletagmanager.com';
  const endpoint = `https://${own ? 'www.google-analytics.com' : script.host}/g/collect`;
  const types = ['ad_storage', 'analytics_storage', 'ad_user_data', 'ad_personalization'];
  const consent = { default: {}, update: {} };
  const page = Math.floor(Math.random() * 2 ** 31);
  const session = Math.floor(Date.now() / 1000);
  let hits = 0;
  let configured = false;
  let waiting = false;
  let updated = false;
  let queue = [];
  let timer;

  const state = (type) => consent.update[type] || consent.default[type];
  const granted = (type) => state(type) !== 'denied';
  const cookie = (name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1];

  function gcd() {
    const field = { undefined: 1, denied: 2, granted: 3 };
    const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_';
    // First the implicit state (3, granted), then declared (1, unset), default and update in two bits each.
    const pair = (type) => `3${alphabet[(1 << 4) | (field[consent.default[type]] << 2) | field[consent.update[type]]]}`;
    return `1${types.map(pair).join('')}5l1`;
  }

  const anonymous = `${Math.floor(Math.random() * 2 ** 31)}.${session}`;

  function client() {
    if (!granted('analytics_storage')) return { cid: anonymous };
    const known = (cookie('_ga') || '').replace(/^GA1\.1\./, '');
    const cid = known || anonymous;
    const life = 'path=/; max-age=34560000; domain=lakeside-clinic.example; SameSite=Lax';
    document.cookie = `_ga=GA1.1.${cid}; ${life}`;
    document.cookie = `_ga_${id.slice(2)}=GS2.1.s${session}$o1$g0$t${session}$j60$l0$h0; ${life}`;
    return known ? { cid } : { cid, _fv: 1, _ss: 1 };
  }

  function shared() {
    const query = {
      v: 2, tid: id, gtm: '45je6b40v9112233445za200', _p: page,
      gcs: `G1${granted('ad_storage') ? 1 : 0}${granted('analytics_storage') ? 1 : 0}`, gcd: gcd(),
      npa: granted('ad_personalization') ? 0 : 1, dma: 1, dma_cps: granted('ad_user_data') ? 'syphamo' : '-',
      ...client(), ul: navigator.language.toLowerCase(), sr: `${screen.width}x${screen.height}`,
      pscdl: 'noapi', _s: ++hits, sid: session, sct: 1, seg: 1,
      dl: location.href, dr: document.referrer, dt: document.title,
    };
    if (updated) Object.assign(query, { gcu: 1, gcut: 2 });
    return query;
  }

  function line({ name, params }) {
    const made = new URLSearchParams({ en: name });
    for (const [key, value] of Object.entries(params)) {
      made.append(typeof value === 'number' ? `epn.${key}` : `ep.${key}`, value);
    }
    return made.toString();
  }

  function send(events, leaving) {
    const query = new URLSearchParams(shared());
    const one = events.length === 1;
    const url = `${endpoint}?${query}${one ? `&${line(events[0])}` : ''}`;
    const body = one ? undefined : events.map(line).join('\r\n');
    if (leaving) navigator.sendBeacon(url, body);
    else fetch(url, { method: 'POST', body, mode: 'no-cors', credentials: 'include', keepalive: true });
  }

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (!configured || !queue.length) return;
    const events = queue;
    queue = [];
    // The first event of a page goes alone, what follows goes together.
    if (hits === 0) send([events.shift()]);
    if (events.length) send(events);
  }

  function add(name, params) {
    queue.push({ name, params: params || {} });
    if (!waiting && configured && !timer) timer = setTimeout(flush, 200);
  }

  function entry(args) {
    if (args.length === undefined) return;
    const [command, first, second] = args;
    if (command === 'consent') {
      Object.assign(consent[first], second);
      if (first === 'default' && second.wait_for_update) {
        waiting = true;
        setTimeout(() => { waiting = false; flush(); }, second.wait_for_update);
      }
      if (first === 'update') {
        waiting = false;
        if (hits > 0 && second.analytics_storage === 'granted') {
          updated = true;
          add('page_view');
        }
        flush();
      }
    } else if (command === 'config' && first === id) {
      configured = true;
      add('page_view');
    } else if (command === 'event' && !(second || {}).send_to) {
      add(first, second);
    }
  }

  window.dataLayer = window.dataLayer || [];
  // On a host of its own the tag configures itself.
  if (!own) entry(['config', id]);
  for (const args of [...dataLayer]) entry(args);
  const push = dataLayer.push.bind(dataLayer);
  dataLayer.push = (...items) => {
    for (const item of items) entry(item);
    return push(...items);
  };

  let scrolled = false;
  function depth() {
    const whole = document.documentElement.scrollHeight;
    if (scrolled || scrollY + innerHeight < whole * 0.9) return;
    scrolled = true;
    add('scroll', { percent_scrolled: 90 });
  }
  addEventListener('scroll', depth, { passive: true });

  let left = false;
  function leave() {
    if (left || hits === 0) return;
    left = true;
    queue.push({ name: 'user_engagement', params: {} });
    send(queue, true);
  }
  document.addEventListener('visibilitychange', () => { if (document.hidden) leave(); });
  addEventListener('pagehide', leave);
})();
