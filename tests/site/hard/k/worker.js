importScripts('/k/worker-import.js');
const nested = new Worker('/k/worker-nested.js');
const nestedDone = new Promise((done) => { nested.onmessage = done; });
const request = new XMLHttpRequest();
request.open('GET', '/k/worker-xhr.txt', false);
request.send();
const socket = new WebSocket(`ws://hard.localhost:${location.port}/k/ws-worker`);
const socketDone = new Promise((done) => { socket.onclose = done; });
socket.onopen = () => socket.send('text from the worker');
socket.onmessage = () => socket.close();
Promise.all([fetch('/k/worker-fetch.txt', { method: 'POST', body: 'from the worker' }), nestedDone, socketDone])
  .then(() => postMessage('done'));
