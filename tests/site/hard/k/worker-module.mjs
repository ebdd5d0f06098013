import '/k/worker-module-child.mjs';
fetch('/k/worker-module-fetch.txt').then((a) => a.text()).then(() => postMessage('done'));
