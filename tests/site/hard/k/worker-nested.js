fetch('/k/worker-nested-fetch.txt').then((a) => a.text()).then(() => postMessage('done'));
