// Opens every other kind of frame, window and worker that has a navigator.
const OTHER = 'http://signals-other.localhost:HTTP_PORT';
const source = name => `importScripts('${LAB}/report.js'); seen('${name}');`;
const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));
const frame = attributes => {
  const made = Object.assign(document.createElement('iframe'), attributes);
  document.body.append(made);
  return made;
};
const html = name => `<script src="${LAB}/report.js"><\/script><script>seen('${name}')<\/script>`;

// Read in the same task that made them, before anything could be told of them.
seen('frame-blank', frame({}).contentWindow);
seen('frame-about-blank', frame({ src: 'about:blank' }).contentWindow);
seen('frame-javascript', frame({ src: 'javascript:void 0' }).contentWindow);
seen('frame-same-at-once', frame({ src: '/frame.html?frame-later' }).contentWindow);
const written = frame({});
written.contentDocument.write(html('frame-written'));
written.contentDocument.close();
frame({ src: blob(html('frame-blob'), 'text/html') });
frame({ src: 'data:text/html,' + encodeURIComponent(html('frame-data')) });

const popup = window.open('about:blank', 'blank', 'popup');
if (popup) seen('popup-blank', popup);
window.open(OTHER + '/frame.html?popup-cross', 'cross', 'popup');
window.open('/frame.html?popup-same', 'same', 'popup');
window.open('/frame.html?popup-no-opener', '_blank', 'popup,noopener');

new Worker('/worker.js?worker');
new Worker('/worker.mjs?worker-module', { type: 'module' });
new Worker('/nesting.js?worker-nested');
new Worker(blob(source('worker-blob'), 'text/javascript'));
new Worker('data:text/javascript,' + encodeURIComponent(source('worker-data')));
new SharedWorker('/worker.js?worker-shared');
new SharedWorker('/worker.mjs?worker-shared-module', { type: 'module' });
navigator.serviceWorker.register('/worker.js?worker-service', { scope: '/scope/' });
navigator.serviceWorker.register('/worker.mjs?worker-service-module', { scope: '/module/', type: 'module' });

const rules = document.createElement('script');
rules.type = 'speculationrules';
rules.textContent = JSON.stringify({
  prerender: [{ source: 'list', urls: ['/frame.html?prerender'], eagerness: 'immediate' }],
});
document.head.append(rules);
