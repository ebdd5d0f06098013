// A replica of a Usercentrics version 2 banner, written for the example site: an open shadow
// root, the state in local storage, and the documented interface.
(() => {
  const names = { 'Usercentrics Consent Management': true, 'Google Analytics': false, 'Facebook Pixel': false };
  const services = Object.entries(names).map(([name, essential], index) => ({
    id: `svc${index}`, name, categorySlug: essential ? 'essential' : 'marketing', isEssential: essential,
    consent: { status: essential },
  }));
  let answered = localStorage.getItem('uc_user_interaction') === 'true';
  const saved = JSON.parse(localStorage.getItem('uc_settings') || 'null');
  for (const service of services) {
    const known = saved && saved.services.find((s) => s.id === service.id);
    if (known) service.consent.status = known.status;
  }

  const host = document.createElement('div');
  host.id = 'usercentrics-root';
  const root = host.attachShadow({ mode: 'open' });

  function draw() {
    root.innerHTML = answered ? '' : `
      <div data-testid="uc-banner" role="dialog" aria-label="Privacy settings" style="position:fixed;inset:auto 0 0 0;z-index:99999;background:#fff;border-top:2px solid #234;padding:1em 6vw">
        <h2>Privacy settings</h2>
        <p>This site uses third-party technologies to offer its services and to show advertising.</p>
        <button data-testid="uc-customize-button">Settings</button>
        <button data-testid="uc-deny-all-button">Deny</button>
        <button data-testid="uc-accept-all-button">Accept All</button>
      </div>`;
  }

  function publish(action) {
    const detail = Object.fromEntries(services.map((s) => [s.name, s.consent.status]));
    window.dataLayer = window.dataLayer || [];
    dataLayer.push({ event: 'consent_status', action, type: 'EXPLICIT', ...detail, ucCategory: { essential: true, marketing: detail['Facebook Pixel'] } });
    dispatchEvent(new CustomEvent('UC_CONSENT', { detail }));
  }

  function decide(granted, action) {
    for (const service of services) service.consent.status = service.isEssential || granted;
    answered = true;
    const kept = services.map((s) => ({ id: s.id, status: s.consent.status, history: [{ action, timestamp: Date.now(), type: 'explicit' }] }));
    localStorage.setItem('uc_settings', JSON.stringify({ controllerId: 'a1b2c3d4', id: 'lAbS1te26', language: 'en', services: kept, version: '30.5.1' }));
    localStorage.setItem('uc_user_interaction', 'true');
    draw();
    publish(action);
  }

  window.UC_UI = {
    isInitialized: () => true,
    isConsentRequired: () => !answered,
    areAllConsentsAccepted: () => services.every((s) => s.consent.status),
    getServicesBaseInfo: () => services.map((s) => ({ ...s, consent: { ...s.consent } })),
    acceptAllConsents: async () => decide(true, 'onAcceptAllServices'),
    denyAllConsents: async () => decide(false, 'onDenyAllServices'),
    closeCMP: draw,
    showFirstLayer: () => { answered = false; draw(); },
  };
  root.addEventListener('click', ({ target }) => {
    if (target.dataset.testid === 'uc-accept-all-button') decide(true, 'onAcceptAllServices');
    if (target.dataset.testid === 'uc-deny-all-button') decide(false, 'onDenyAllServices');
  });
  draw();
  document.body.append(host);
  dispatchEvent(new Event('UC_UI_INITIALIZED'));
  publish('onInitialPageLoad');
})();
