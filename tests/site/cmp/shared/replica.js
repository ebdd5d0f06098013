// What the replicas of consent platforms share: pixels by consent, and `__tcfapi`.
'use strict';
const replica = {
  // Every purpose granted, and none; no vendor.
  GRANTED: 'CQdjfYAQdjfYAAfABBENABEgAP_gAAAAAAAAAAAAAAAA',
  DENIED: 'CQdjfYAQdjfYAAfABBENABEgAAAAAAAAAAAAAAAAAAAA',
  cookie: name => (document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`)) || [])[1],
  keep(name, value) { document.cookie = `${name}=${value}; path=/; max-age=15552000; SameSite=Lax`; },
  /** The interface of the TCF over the string that `stored` gives; call the result on a change. */
  tcf(stored) {
    const listeners = [];
    const data = () => ({
      tcString: stored() ?? '', gdprApplies: true, cmpStatus: 'loaded', eventStatus: stored() ? 'useractioncomplete' : 'cmpuishown',
      purpose: { consents: Object.fromEntries([...Array(11).keys()].map(n => [n + 1, stored() === replica.GRANTED])), legitimateInterests: {} },
      vendor: { consents: {}, legitimateInterests: {} },
    });
    window.__tcfapi = (command, version, answer) => {
      if (command === 'ping') return answer({ cmpLoaded: true, gdprApplies: true, cmpStatus: 'loaded', apiVersion: '2' }, true);
      if (command === 'addEventListener') listeners.push(answer);
      answer({ ...data(), listenerId: listeners.length }, true);
    };
    return () => listeners.forEach(tell => tell(data(), true));
  },
};
