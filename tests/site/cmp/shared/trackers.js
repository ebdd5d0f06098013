// Pixels of the consent pages: each is sent when its page says so.
'use strict';
const tracker = {
  sent: new Set(),
  send(name, url) {
    if (this.sent.has(name)) return;
    this.sent.add(name);
    new Image().src = url;
  },
  analytics() {
    const query = new URLSearchParams({ v: 2, tid: 'G-LABSHOP001', cid: '1234567890.1796000000', en: 'page_view', dl: location.href, dt: document.title });
    this.send('analytics', `https://www.google-analytics.com/g/collect?${query}`);
  },
  marketing() {
    const query = new URLSearchParams({ id: '640018221904417', ev: 'PageView', dl: location.href, ts: Date.now() });
    this.send('marketing', `https://www.facebook.com/tr/?${query}`);
  },
  all() {
    this.analytics();
    this.marketing();
  },
};
