// A replica of a Cookiebot dialog, written for the example site from the documented markup,
// cookie and interface.
(() => {
  const kinds = ['preferences', 'statistics', 'marketing'];
  const consent = { necessary: true, preferences: false, statistics: false, marketing: false, method: null, stamp: '0' };
  const bot = window.Cookiebot = window.CookieConsent = { consent, hasResponse: false, consented: false, declined: false };

  const saved = (document.cookie.match(/(?:^|; )CookieConsent=([^;]*)/) || [])[1];
  if (saved) {
    const text = decodeURIComponent(saved);
    for (const kind of kinds) consent[kind] = text.includes(`${kind}:true`);
    consent.method = 'explicit';
    bot.hasResponse = true;
  }

  function publish() {
    bot.consented = kinds.some((kind) => consent[kind]);
    bot.declined = bot.hasResponse && !bot.consented;
    for (const held of document.querySelectorAll('script[type="text/plain"][data-cookieconsent]')) {
      if (!held.dataset.cookieconsent.split(',').every((kind) => consent[kind])) continue;
      const script = document.createElement('script');
      script.text = held.text;
      held.replaceWith(script);
    }
    if (bot.hasResponse) dispatchEvent(new Event(bot.consented ? 'CookiebotOnAccept' : 'CookiebotOnDecline'));
  }

  bot.submitCustomConsent = (preferences, statistics, marketing) => {
    Object.assign(consent, { preferences, statistics, marketing, method: 'explicit', stamp: btoa(String(Math.random())) });
    bot.hasResponse = true;
    const value = `{stamp:'${consent.stamp}',necessary:true,preferences:${preferences},statistics:${statistics},marketing:${marketing},method:'explicit',ver:1,utc:${Date.now()},region:'de'}`;
    const encoded = value.replaceAll("'", '%27').replaceAll(',', '%2C');
    document.cookie = `CookieConsent=${encoded}; path=/; max-age=31536000; SameSite=Lax`;
    dialog.style.display = 'none';
    publish();
  };
  bot.withdraw = () => bot.submitCustomConsent(false, false, false);
  bot.renew = bot.show = () => { dialog.style.display = 'block'; };

  const dialog = document.createElement('div');
  dialog.id = 'CybotCookiebotDialog';
  dialog.setAttribute('role', 'dialog');
  dialog.setAttribute('aria-label', 'This website uses cookies');
  dialog.style.cssText = `display:${bot.hasResponse ? 'none' : 'block'};position:fixed;inset:auto 0 0 0;z-index:2147483631;background:#fff;border-top:2px solid #234;padding:1em 6vw`;
  dialog.innerHTML = `
    <h2 id="CybotCookiebotDialogBodyContentTitle">This website uses cookies</h2>
    <div id="CybotCookiebotDialogBodyContentText">We use cookies to personalise content and ads and to analyse our traffic.</div>
    <div id="CybotCookiebotDialogBodyLevelButtonsSelectPane">${kinds.map((kind) => `
      <label><input type="checkbox" id="CybotCookiebotDialogBodyLevelButton${kind[0].toUpperCase()}${kind.slice(1)}"> ${kind}</label>`).join('')}</div>
    <div id="CybotCookiebotDialogBodyButtonsWrapper">
      <button id="CybotCookiebotDialogBodyButtonDecline">Deny</button>
      <button id="CybotCookiebotDialogBodyLevelButtonLevelOptinAllowallSelection">Allow selection</button>
      <button id="CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll">Allow all</button>
    </div>`;
  const chosen = (kind) => dialog.querySelector(`#CybotCookiebotDialogBodyLevelButton${kind}`).checked;
  dialog.addEventListener('click', ({ target }) => {
    if (target.id.endsWith('ButtonDecline')) bot.submitCustomConsent(false, false, false);
    if (target.id.endsWith('OptinAllowAll')) bot.submitCustomConsent(true, true, true);
    if (target.id.endsWith('AllowallSelection')) bot.submitCustomConsent(chosen('Preferences'), chosen('Statistics'), chosen('Marketing'));
  });
  const begin = () => { document.body.append(dialog); publish(); };
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', begin); else begin();
})();
