// A worker that says what it sees before it does anything else.
importScripts('/report.js');
seen(location.search.slice(1));
