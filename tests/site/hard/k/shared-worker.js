importScripts('/k/shared-worker-import.js');
onconnect = (e) => {
  fetch('/k/shared-worker-fetch.txt', { method: 'POST', body: 'from the shared worker' })
    .then((a) => a.text()).then(() => e.ports[0].postMessage('done'));
};
