// A replica of a Didomi notice, written for the example site: token in cookie and local
// storage, the documented interface, and a TCF interface with a real TC string.
(() => {
  const purposes = ['cookies', 'create_ads_profile', 'measure_content_performance'];
  const listeners = { 'consent.changed': [], 'tcf': new Map() };
  let next = 1;
  let token = null;
  try { token = JSON.parse(atob(localStorage.getItem('didomi_token') || '')); } catch { /* no choice yet */ }

  const enabled = (purpose) => Boolean(token && token.purposes.enabled.includes(purpose));

  // TCF 2 core string: all purposes and the first 800 vendors, or none.
  function tcString(granted, created) {
    let bits = '';
    const add = (value, width) => { bits += value.toString(2).padStart(width, '0'); };
    const letters = (text) => [...text].forEach((c) => add(c.charCodeAt(0) - 65, 6));
    const time = Math.floor(created / 8.64e7) * 864000;
    add(2, 6); add(time, 36); add(time, 36); add(7, 12); add(1, 12); add(1, 6); letters('EN');
    add(150, 12); add(5, 6); add(1, 1); add(0, 1); add(0, 12);
    bits += (granted ? '1' : '0').repeat(11) + '0'.repeat(13) + '0'.repeat(24);
    add(0, 1); letters('DE');
    add(granted ? 800 : 0, 16); add(0, 1); bits += granted ? '1'.repeat(800) : '';
    add(0, 16); add(0, 1); add(0, 12);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return bits.match(/.{1,6}/g).map((six) => alphabet[parseInt(six.padEnd(6, '0'), 2)]).join('');
  }

  function tcData(eventStatus, listenerId) {
    const granted = enabled('create_ads_profile');
    const consents = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i + 1, granted]));
    return {
      tcString: token ? tcString(granted, token.time) : '', tcfPolicyVersion: 5, cmpId: 7, cmpVersion: 1, gdprApplies: true,
      eventStatus, cmpStatus: 'loaded', listenerId, isServiceSpecific: true, publisherCC: 'DE',
      purpose: { consents, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} },
    };
  }

  window.__tcfapi = (command, version, callback, parameter) => {
    if (command === 'ping') callback({ gdprApplies: true, cmpLoaded: true, cmpStatus: 'loaded', displayStatus: token ? 'hidden' : 'visible', apiVersion: '2.3', cmpId: 7 }, true);
    if (command === 'getTCData') callback(tcData(token ? 'tcloaded' : 'cmpuishown'), true);
    if (command === 'removeEventListener') callback(listeners.tcf.delete(parameter));
    if (command === 'addEventListener') {
      listeners.tcf.set(next, callback);
      callback(tcData(token ? 'tcloaded' : 'cmpuishown', next++), true);
    }
  };

  function decide(granted) {
    const now = Date.now();
    token = {
      user_id: crypto.randomUUID(), created: new Date(now).toISOString(), updated: new Date(now).toISOString(), time: now, version: 2,
      purposes: { enabled: granted ? purposes : [], disabled: granted ? [] : purposes },
      vendors: { enabled: granted ? ['google', 'facebook'] : [], disabled: granted ? [] : ['google', 'facebook'] },
    };
    const packed = btoa(JSON.stringify(token));
    const life = 'path=/; max-age=31536000; SameSite=Lax';
    localStorage.setItem('didomi_token', packed);
    document.cookie = `didomi_token=${packed}; ${life}`;
    document.cookie = `euconsent-v2=${tcString(granted, now)}; ${life}`;
    host.replaceChildren();
    listeners['consent.changed'].forEach((listener) => listener());
    listeners.tcf.forEach((callback, id) => callback(tcData('useractioncomplete', id), true));
  }

  const host = document.createElement('div');
  host.id = 'didomi-host';
  function show() {
    host.innerHTML = `
      <div id="didomi-notice" class="didomi-regular-notice" role="dialog" aria-label="Your privacy" style="position:fixed;inset:auto 0 0 0;z-index:99999;background:#fff;border-top:2px solid #234;padding:1em 6vw">
        <p class="didomi-notice-text">With your agreement, we and our partners use cookies to store and access personal data such as your visit on this website.</p>
        <div id="buttons">
          <button id="didomi-notice-learn-more-button">Learn More</button>
          <button id="didomi-notice-disagree-button">Disagree and close</button>
          <button id="didomi-notice-agree-button">Agree and close</button>
        </div>
      </div>`;
  }
  host.addEventListener('click', ({ target }) => {
    if (target.id === 'didomi-notice-agree-button') decide(true);
    if (target.id === 'didomi-notice-disagree-button') decide(false);
  });

  window.Didomi = {
    getCurrentUserStatus: () => ({ purposes: Object.fromEntries(purposes.map((id) => [id, { id, enabled: enabled(id) }])), vendors: {}, user_id: token ? token.user_id : '' }),
    shouldConsentBeCollected: () => !token,
    setUserAgreeToAll: () => decide(true),
    setUserDisagreeToAll: () => decide(false),
    on: (name, listener) => listeners[name] && listeners[name].push(listener),
    notice: { isVisible: () => host.childElementCount > 0, show, hide: () => host.replaceChildren() },
  };
  document.body.append(host);
  if (!token) show();
  for (const ready of window.didomiOnReady || []) ready(Didomi);
  window.didomiOnReady = { push: (ready) => ready(Didomi) };
})();
