// A stand-in for a Tag Manager container, written for the example site. One of its tags is
// set up wrongly: remarketing runs as soon as a visitor has answered the banner, whatever
// the answer was, and claims that everything was granted.
(() => {
  const account = '10409117';
  let done = false;

  function remarketing() {
    if (done) return;
    done = true;
    const query = new URLSearchParams({
      random: Date.now(), cv: 11, fst: Date.now(), fmt: 3, bg: 'ffffff', guid: 'ON', async: 1, en: 'page_view',
      gtm: '45be6b40v9112233445za200', gcs: 'G111', gcd: '13t3t3t3t5l1', dma: 1, dma_cps: 'syphamo', npa: 0,
      u_w: screen.width, u_h: screen.height, url: location.href, ref: document.referrer, tiba: document.title,
      data: 'event=page_view', auid: '1209876543.1796000000', hn: 'www.googleadservices.com', frm: 0,
    });
    new Image().src = `https://googleads.g.doubleclick.net/pagead/viewthroughconversion/${account}/?${query}`;
  }

  const answered = () => /(?:^|; )OptanonAlertBoxClosed=/.test(document.cookie);
  if (answered()) remarketing();
  addEventListener('OneTrustGroupsUpdated', () => { if (answered()) remarketing(); });
})();
