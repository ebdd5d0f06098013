// A worker in a worker.
new Worker('/worker.js' + location.search);
