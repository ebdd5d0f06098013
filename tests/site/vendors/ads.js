// A stand-in for the Google Ads and Floodlight tags, written for the example site. The page
// calls it once consent was given.
(() => {
  const account = '10409117';

  function linker() {
    const known = (document.cookie.match(/(?:^|; )_gcl_au=([^;]*)/) || [])[1];
    const value = known || `1.1.${Math.floor(Math.random() * 2 ** 31)}.${Math.floor(Date.now() / 1000)}`;
    document.cookie = `_gcl_au=${value}; path=/; max-age=7776000; domain=lakeside-clinic.example; SameSite=Lax`;
    return value.split('.').slice(2).join('.');
  }

  const common = () => ({
    random: Date.now(), cv: 11, fst: Date.now(), fmt: 3, guid: 'ON', async: 1, gtm: '45be6b40v9112233445za200',
    gcs: 'G111', gcd: '13r3r3r3r5l1', dma: 1, dma_cps: 'syphamo', npa: 0, auid: linker(),
    url: location.href, ref: document.referrer, tiba: document.title,
  });

  window.labAds = {
    conversion(label, value, order) {
      const query = new URLSearchParams({ ...common(), en: 'conversion', label, value, currency_code: 'USD', oid: order, bttype: 'purchase' });
      new Image().src = `https://www.googleadservices.com/pagead/conversion/${account}/?${query}`;
      const ping = new URLSearchParams({ en: 'conversion', tid: `AW-${account}`, dl: location.href, auid: linker(), gcs: 'G111', gcd: '13r3r3r3r5l1', npa: 0 });
      fetch(`https://www.google.com/ccm/collect?${ping}`, { method: 'POST', mode: 'no-cors', credentials: 'include' });
    },
    floodlight(group, tag, custom) {
      const pairs = {
        src: '1040911', type: group, cat: tag, ord: Math.floor(Math.random() * 1e13), ...custom,
        auiddc: linker(), dc_fmt: 9, npa: 0, gcs: 'G111', gcd: '13r3r3r3r5l1', '~oref': location.href,
      };
      const path = Object.entries(pairs).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join(';');
      const frame = document.createElement('iframe');
      frame.src = `https://1040911.fls.doubleclick.net/activityi;${path}?`;
      frame.hidden = true;
      document.body.append(frame);
    },
  };
  for (const call of window.labAdsQueue || []) labAds[call[0]](...call.slice(1));
  window.labAdsQueue = { push: (call) => labAds[call[0]](...call.slice(1)) };
})();
