// A stand-in for the Account Engagement tag, written for the example site: one page view as
// a script, sent to the host that the site gave it.
(() => {
  const query = new URLSearchParams({
    ver: 3, account_id: window.piAId, campaign_id: window.piCId, title: document.title, url: location.href,
    referrer: document.referrer,
  });
  document.head.append(Object.assign(document.createElement('script'), {
    src: `https://${window.piHostname}/analytics?${query}`,
  }));
})();
