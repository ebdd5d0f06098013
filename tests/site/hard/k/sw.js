importScripts('/k/sw-import.js');
addEventListener('install', (e) => {
  const install = fetch('/k/sw-install.txt', { method: 'POST', body: 'installing' });
  const cache = caches.open('lab').then((c) => c.add('/k/sw-cache.txt'));
  e.waitUntil(Promise.all([install, cache]));
});
addEventListener('activate', (e) => e.waitUntil(fetch('/k/sw-activate.txt')));
addEventListener('fetch', (e) => {
  const path = new URL(e.request.url).pathname;
  if (path.endsWith('/passed.txt')) e.respondWith(fetch(e.request));
  if (path.endsWith('/changed.txt')) e.respondWith(fetch('/k/sw/changed-by-worker.txt'));
  if (path.endsWith('/answered.txt')) e.respondWith(caches.match('/k/sw-cache.txt'));
  if (path.endsWith('/made-up.txt')) e.respondWith(new Response('made up'));
});
