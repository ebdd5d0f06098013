// Every request that a page can only make by script. Each job ends when its answer has
// been read; what has no answer is asked of the server at the end (`arrived`), so that
// the page knows when it is done without waiting for a time to pass.
'use strict';

const at = (host, name) => `http://${host}.localhost:${location.port}/k/${name}`;
const here = (name) => `/k/${name}`;
const get = (url, options) => fetch(url, options).then((answer) => answer.text());
const post = (name, body, options) => get(here(name), { method: 'POST', body, ...options });
const refused = (promise) => promise.then(() => { throw new Error('was allowed'); }, () => {});
const event = (target, type) => new Promise((done) => target.addEventListener(type, done, { once: true }));
const message = (target, test) => new Promise((done) => {
  const listener = (e) => { if (test(e)) { target.removeEventListener('message', listener); done(e); } };
  target.addEventListener('message', listener);
});

function form(data) {
  const body = new FormData();
  body.append('field', data);
  body.append('file', new Blob(['file body'], { type: 'text/plain' }), 'note.txt');
  return body;
}

function pattern(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i % 251;
  return bytes;
}

function element(name, attributes, parent = document.body) {
  const node = Object.assign(document.createElement(name), attributes);
  parent.append(node);
  return node;
}

function xhr(method, name, body, sync = false) {
  const request = new XMLHttpRequest();
  request.open(method, here(name), !sync);
  request.send(body);
  return sync ? null : event(request, 'loadend');
}

function submit(target, enctype, method = 'post') {
  const node = element('form', { action: here(`${target}.html`), method, enctype, target, hidden: true });
  element('input', { name: 'name', value: 'two words' }, node);
  const frame = document.querySelector(`iframe[name=${target}]`);
  const loaded = event(frame, 'load');
  node.submit();
  return loaded;
}

async function socket(name) {
  const ws = new WebSocket(`ws://hard.localhost:${location.port}${here(name)}`);
  ws.binaryType = 'arraybuffer';
  await event(ws, 'open');
  const echoes = new Promise((done) => {
    let count = 0;
    ws.addEventListener('message', () => { if (++count === 2) done(); });
  });
  ws.send('text from the page');
  ws.send(new Uint8Array([0, 1, 2, 255]));
  await echoes;
  ws.close();
  await event(ws, 'close');
}

async function serviceWorker() {
  const registration = await navigator.serviceWorker.register('/k/sw.js', { scope: '/k/sw/' });
  const worker = registration.installing || registration.waiting || registration.active;
  while (worker.state !== 'activated') await event(worker, 'statechange');
  const done = message(window, (e) => e.data === 'controlled');
  element('iframe', { src: '/k/sw/page.html' });
  await done;
}

async function popup() {
  const done = message(window, (e) => e.data === 'popup');
  const opened = window.open(at('other', 'popup.html'));
  if (!opened) throw new Error('popup blocked');
  await done;
  opened.close();
}

async function aborted() {
  const abort = new AbortController();
  const answer = await fetch(here('aborted.txt'), { signal: abort.signal });
  const reader = answer.body.getReader();
  await reader.read();
  abort.abort();
}

const jobs = {
  'inserted script': () => event(element('script', { src: here('inserted.js') }), 'load'),
  'inserted style': () => event(element('link', { rel: 'stylesheet', href: here('inserted.css') }, document.head), 'load'),
  'new image': () => { const image = new Image(); image.src = here('new-image.gif'); return event(image, 'load'); },
  'preloaded script': () => event(element('script', { src: here('preload-script.js') }), 'load'),
  'preloaded fetch': () => get(here('preload-fetch.txt')),
  'dynamic import': () => import('/k/dynamic-import.mjs'),
  'json module': () => import('/k/json-module.json', { with: { type: 'json' } }),
  'css module': () => import('/k/css-module.css', { with: { type: 'css' } }),
  'blank frame': () => {
    const frame = element('iframe', {});
    const image = frame.contentDocument.createElement('img');
    image.src = `http://hard.localhost:${location.port}/k/frame-blank.gif`;
    frame.contentDocument.body.append(image);
    return event(image, 'load');
  },
  'blob frame': () => {
    const html = `<img src="http://hard.localhost:${location.port}/k/frame-blob.gif">`;
    const frame = element('iframe', { src: URL.createObjectURL(new Blob([html], { type: 'text/html' })) });
    return event(frame, 'load');
  },
  'xhr': () => xhr('GET', 'xhr.txt'),
  'xhr post': () => xhr('POST', 'xhr-post.txt', 'xhr body'),
  'xhr sync': () => xhr('GET', 'xhr-sync.txt', undefined, true),
  'fetch': () => get(here('fetch.txt')),
  'fetch with query': () => get(here('fetch-query.txt?a=1&b=two%20words')),
  'fetch cross-site': () => get(at('other', 'fetch-cross.txt')),
  'fetch with credentials': () => get(at('other', 'fetch-credentials.txt'), { credentials: 'include' }),
  'fetch no-cors': () => fetch(at('other', 'fetch-no-cors.txt'), { mode: 'no-cors' }),
  'fetch stream': () => get(here('fetch-stream.txt')),
  'fetch head': () => fetch(here('fetch-head.txt'), { method: 'HEAD' }),
  'fetch delete': () => get(here('fetch-delete.txt'), { method: 'DELETE' }),
  'fetch put': () => get(here('fetch-put.txt'), { method: 'PUT', body: 'put body' }),
  'fetch keepalive': () => post('fetch-keepalive.txt', 'keepalive body', { keepalive: true }),
  'fetch aborted': aborted,
  'fetch cached': async () => { await get(here('fetch-cached.txt')); await get(here('fetch-cached.txt')); },
  'fetch revalidated': async () => {
    const options = { cache: 'no-cache' };
    await get(here('fetch-revalidated.txt'), options);
    await get(here('fetch-revalidated.txt'), options);
  },
  'post empty': () => post('post-empty.txt'),
  'post text': () => post('post-text.txt', 'plain text: \u00e4\u00f6\u00fc'),
  'post urlencoded': () => post('post-urlencoded.txt', new URLSearchParams({ a: '1', b: 'two words' })),
  'post json': () => post('post-json.txt', '{"event":"view","n":1}', { headers: { 'content-type': 'application/json' } }),
  'post form data': () => post('post-form-data.txt', form('form value')),
  'post blob': () => post('post-blob.txt', new Blob(['blob ', 'body'], { type: 'application/octet-stream' })),
  'post array buffer': () => post('post-array-buffer.txt', pattern(1000).buffer),
  'post with NUL': () => post('post-nul.txt', new Uint8Array([0, 1, 2, 0, 255, 254, 0])),
  'post 8 MB': () => post('post-8mb.txt', pattern(8 << 20)),
  'post stream': () => refused(post('post-stream.txt', new Blob(['streamed']).stream(), { duplex: 'half' })),
  'post 303': () => post('post-303.txt', 'first'),
  'post 307': () => post('post-307.txt', 'kept on redirect'),
  'preflight': () => get(at('other', 'preflight.txt'), { method: 'PUT', body: 'preflighted', headers: { 'x-lab': '1' } }),
  'preflight refused': () => refused(get(at('other', 'preflight-refused.txt'), { method: 'PUT', headers: { 'x-lab': '1' } })),
  'cors failure': () => refused(get(at('other', 'cors-failure.txt'))),
  'refused fetch': () => refused(get(`http://hard.localhost:CLOSED_PORT/k/refused-fetch.txt`)),
  'unsafe port': () => refused(get('http://hard.localhost:9/k/unsafe-port.txt')),
  'form post': () => submit('form-post', 'application/x-www-form-urlencoded'),
  'form multipart': () => submit('form-multipart', 'multipart/form-data'),
  'form plain': () => submit('form-plain', 'text/plain'),
  'form get': () => submit('form-get', 'application/x-www-form-urlencoded', 'get'),
  'web socket': () => socket('ws'),
  'event source': async () => {
    const source = new EventSource(here('event-source'));
    await event(source, 'last');
    source.close();
  },
  'worker': () => message(new Worker('/k/worker.js'), (e) => e.data === 'done'),
  'module worker': () => message(new Worker('/k/worker-module.mjs', { type: 'module' }), (e) => e.data === 'done'),
  'blob worker': () => {
    const code = `fetch('${at('hard', 'worker-blob-fetch.txt')}').then((a) => a.text()).then(() => postMessage('done'))`;
    return message(new Worker(URL.createObjectURL(new Blob([code]))), (e) => e.data === 'done');
  },
  'shared worker': () => {
    const worker = new SharedWorker('/k/shared-worker.js');
    worker.port.start();
    return message(worker.port, (e) => e.data === 'done');
  },
  'service worker': serviceWorker,
  'audio worklet': () => new OfflineAudioContext(1, 128, 44100).audioWorklet.addModule('/k/audio-worklet.js'),
  'paint worklet': () => CSS.paintWorklet.addModule('/k/paint-worklet.js'),
  'popup': popup,
  'cookie store': async () => {
    await cookieStore.set('lab-cookie', 'set by cookieStore');
    await get(here('cookie-store.txt'));
  },
  'beacons': () => {
    navigator.sendBeacon(here('beacon-text.txt'), 'beacon text');
    navigator.sendBeacon(here('beacon-blob.txt'), new Blob(['beacon blob'], { type: 'application/octet-stream' }));
    navigator.sendBeacon(here('beacon-form.txt'), form('beacon value'));
    navigator.sendBeacon(here('beacon-urlencoded.txt'), new URLSearchParams({ a: 'b c' }));
    navigator.sendBeacon(here('beacon-binary.txt'), new Uint8Array([0, 9, 0, 255]));
    navigator.sendBeacon(at('other', 'beacon-json.txt'), new Blob(['{"a":1}'], { type: 'application/json' }));
  },
  'fetch later': () => {
    fetchLater(here('fetch-later.txt'), { method: 'POST', body: 'later', activateAfter: 0 });
    fetchLater(here('unload-fetch-later.txt'), { method: 'POST', body: 'at the end' });
  },
  'ping': () => {
    const link = element('a', { href: '#ping', ping: here('ping.txt'), textContent: 'ping' });
    link.click();
  },
  'delayed': () => new Promise((done) => setTimeout(() => {
    const image = new Image();
    image.onload = done;
    image.src = here('delayed.gif');
  }, 3000)),
};

// What gives no answer to the page.
const unanswered = [
  'prefetch.txt', 'speculation-prefetch.html', 'speculation-prerender.html', 'speculation-prerender.gif',
  'beacon-text.txt', 'beacon-blob.txt', 'beacon-form.txt', 'beacon-urlencoded.txt', 'beacon-binary.txt',
  'beacon-json.txt', 'fetch-later.txt', 'ping.txt', 'csp-report', 'csp-report-only', 'csp-report-only.gif', 'meta-refreshed.html',
  'located.html', 'font.woff2', 'svg-filter.gif', 'svg-use.svg', 'track.vtt', 'audio.wav', 'video.wav',
  'lazy.gif', 'lazy-frame.html', 'observed.gif', 'css-cursor.gif', 'frame-nested.gif', 'frame-beacon.txt',
  'frame-storage-access.txt', 'preload-image.gif',
];

const failures = [];

function limited(name, promise, most = 20000) {
  const late = new Promise((_, fail) => setTimeout(fail, most, new Error('took too long')));
  return Promise.race([promise, late]).catch((error) => failures.push(`${name}: ${error.message || error}`));
}

function watchTheEnd() {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    new Image().src = here('observed.gif');
  }).observe(document.getElementById('last'));
}

function sendOnLeaving() {
  // A popup may have hidden the page for a while; what counts is that it is hidden at the end.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return;
    navigator.sendBeacon(here('unload-visibility.txt'), 'hidden');
  });
  addEventListener('pagehide', () => {
    navigator.sendBeacon(here('unload-pagehide.txt'), 'leaving');
    fetch(here('unload-keepalive.txt'), { method: 'POST', body: 'kept alive', keepalive: true });
    new Image().src = here('unload-image.gif');
  });
  addEventListener('unload', () => navigator.sendBeacon(here('unload-unload.txt'), 'unload'));
  addEventListener('beforeunload', () => navigator.sendBeacon(here('unload-before.txt'), 'before'));
}

async function main() {
  sendOnLeaving();
  watchTheEnd();
  const running = Object.entries(jobs).map(([name, job]) => {
    try {
      return limited(name, Promise.resolve(job()));
    } catch (error) {
      failures.push(`${name}: ${error.message}`);
      return null;
    }
  });
  await Promise.all(running);
  if (document.readyState !== 'complete') await limited('load', event(window, 'load'));
  scrollTo(0, document.documentElement.scrollHeight);
  const missing = await get(here(`arrived.txt?${unanswered.join('&')}`));
  document.documentElement.dataset.failures = failures.join('\n');
  document.documentElement.dataset.missing = missing;
  document.documentElement.dataset.done = 'yes';
}

main();
