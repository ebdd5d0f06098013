// A replica of a OneTrust banner, written for the example site from the documented markup,
// cookies and interface. Settings come from the script element: data-no-reject leaves out
// the first layer's refusal.
(() => {
  const settings = document.currentScript.dataset;
  const names = { C0001: 'Strictly Necessary Cookies', C0002: 'Performance Cookies', C0003: 'Functional Cookies', C0004: 'Targeting Cookies' };
  const optional = ['C0002', 'C0003', 'C0004'];
  const listeners = [];
  const year = 31536000;

  const cookie = (name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1];
  const store = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=${year}; SameSite=Lax`; };
  const answered = () => cookie('OptanonAlertBoxClosed') !== undefined;

  function read() {
    const saved = new URLSearchParams(cookie('OptanonConsent') || '');
    const granted = new Set(['C0001']);
    for (const pair of (saved.get('groups') || '').split(',')) {
      if (pair.endsWith(':1')) granted.add(pair.slice(0, -2));
    }
    return { granted, id: saved.get('consentId') || crypto.randomUUID(), count: Number(saved.get('interactionCount') || 0) };
  }

  let { granted, id, count } = read();

  function save() {
    const groups = Object.keys(names).map((group) => `${group}:${granted.has(group) ? 1 : 0}`).join(',');
    const gpc = navigator.globalPrivacyControl ? 1 : 0;
    store('OptanonConsent', new URLSearchParams({
      isGpcEnabled: gpc, datestamp: new Date().toString(), version: '202610.1.0', browserGpcFlag: gpc,
      isIABGlobal: 'false', consentId: id, interactionCount: count, isAnonUser: 1, landingPath: answered() ? 'NotLandingPage' : location.href,
      groups, intType: granted.has('C0004') ? 1 : 2,
    }));
  }

  function publish(changed) {
    window.OnetrustActiveGroups = window.OptanonActiveGroups = `,${[...granted].join(',')},`;
    window.dataLayer = window.dataLayer || [];
    dataLayer.push({ event: changed ? 'OneTrustGroupsUpdated' : 'OneTrustLoaded', OnetrustActiveGroups });
    unblock();
    const detail = [...granted];
    dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail }));
    if (changed) {
      dispatchEvent(new CustomEvent('OTConsentApplied', { detail }));
      listeners.forEach((listener) => listener({ detail }));
    }
    if (typeof window.OptanonWrapper === 'function') OptanonWrapper();
  }

  // Scripts of a granted category, marked by their class, start to run.
  function unblock() {
    for (const held of document.querySelectorAll('script[type="text/plain"][class*="optanon-category-"]')) {
      const group = held.className.match(/optanon-category-(\w+)/)[1];
      if (!granted.has(group)) continue;
      const script = document.createElement('script');
      if (held.src) script.src = held.src;
      script.text = held.text;
      held.replaceWith(script);
    }
  }

  function decide(groups) {
    granted = new Set(['C0001', ...groups]);
    count += 1;
    store('OptanonAlertBoxClosed', new Date().toISOString());
    save();
    hide();
    publish(true);
  }

  const style = `
    #onetrust-banner-sdk, #onetrust-pc-sdk { font: 15px/1.5 system-ui, sans-serif; color: #1c2b33; background: #fff; box-sizing: border-box }
    #onetrust-banner-sdk { position: fixed; left: 0; right: 0; bottom: 0; z-index: 2147483645; box-shadow: 0 -4px 24px #0003; padding: 18px 5vw }
    #onetrust-banner-sdk h2 { font-size: 18px; margin: 0 0 4px } #onetrust-banner-sdk p { margin: 0 0 12px; max-width: 75ch }
    #onetrust-button-group { display: flex; flex-wrap: wrap; gap: 10px }
    #onetrust-consent-sdk button { font: inherit; padding: 8px 18px; border-radius: 4px; border: 1px solid #0b6e78; background: #0b6e78; color: #fff; cursor: pointer }
    #onetrust-consent-sdk button#onetrust-pc-btn-handler { background: none; color: #0b6e78 }
    #onetrust-pc-sdk { position: fixed; z-index: 2147483646; inset: 8vh auto auto 50%; transform: translateX(-50%); width: min(560px, 94vw); max-height: 84vh; overflow: auto; padding: 22px; border-radius: 6px }
    #onetrust-pc-sdk .ot-cat-item { display: flex; justify-content: space-between; border-top: 1px solid #d7e0e3; padding: 10px 0 }
    #onetrust-pc-sdk .ot-btn-container { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 14px }
    .onetrust-pc-dark-filter { position: fixed; inset: 0; background: #0008; z-index: 2147483644 }
    .ot-hide { display: none !important }`;
  const reject = settings.noReject === undefined ? '<button id="onetrust-reject-all-handler">Reject All</button>' : '';
  const items = Object.entries(names).map(([group, name]) => `
    <div class="ot-cat-item" data-optanongroupid="${group}">
      <span id="ot-header-id-${group}">${name}</span>
      ${group === 'C0001' ? '<span class="ot-always-active">Always Active</span>'
    : `<input type="checkbox" class="category-switch-handler" role="switch" id="ot-group-id-${group}" data-optanongroupid="${group}" aria-labelledby="ot-header-id-${group}">`}
    </div>`).join('');
  const markup = `
    <div class="onetrust-pc-dark-filter ot-hide"></div>
    <div id="onetrust-banner-sdk" class="otFlat bottom ot-hide" role="region" aria-label="Cookie banner">
      <div role="dialog" aria-modal="false" aria-label="We value your privacy">
        <div id="onetrust-group-container"><div id="onetrust-policy">
          <h2 id="onetrust-policy-title">We value your privacy</h2>
          <p id="onetrust-policy-text">We and our partners use cookies to run this site, to measure how it is used and to show relevant ads. You can change your choice at any time.
            <a class="ot-cookie-policy-link" href="/privacy">Privacy notice</a></p>
        </div></div>
        <div id="onetrust-button-group-parent"><div id="onetrust-button-group">
          <button id="onetrust-pc-btn-handler">Cookie Settings</button>
          ${reject}
          <button id="onetrust-accept-btn-handler">Accept All Cookies</button>
        </div></div>
      </div>
    </div>
    <div id="onetrust-pc-sdk" class="otPcCenter ot-hide" role="alertdialog" aria-modal="true" aria-label="Privacy Preference Center">
      <h2 id="ot-pc-title">Privacy Preference Center</h2>
      <p id="ot-pc-desc">Choose which kinds of cookies we may use. Strictly necessary ones keep the site working.</p>
      <button id="accept-recommended-btn-handler">Allow All</button>
      <section class="ot-sdk-row ot-cat-grp"><h3>Manage Consent Preferences</h3>${items}</section>
      <div class="ot-btn-container">
        <button class="ot-pc-refuse-all-handler">Reject All</button>
        <button class="save-preference-btn-handler onetrust-close-btn-handler">Confirm My Choices</button>
      </div>
    </div>`;

  const find = (selector) => document.querySelector(selector);
  const show = (selector, shown) => find(selector).classList.toggle('ot-hide', !shown);

  function hide() {
    ['#onetrust-banner-sdk', '#onetrust-pc-sdk', '.onetrust-pc-dark-filter'].forEach((part) => show(part, false));
  }

  function preferences() {
    for (const box of document.querySelectorAll('.category-switch-handler')) box.checked = granted.has(box.dataset.optanongroupid);
    show('.onetrust-pc-dark-filter', true);
    show('#onetrust-pc-sdk', true);
  }

  function build() {
    const root = document.createElement('div');
    root.id = 'onetrust-consent-sdk';
    root.innerHTML = `<style>${style}</style>${markup}`;
    document.body.append(root);
    root.addEventListener('click', (click) => {
      const button = click.target.closest('button');
      if (!button) return;
      if (button.matches('#onetrust-accept-btn-handler, #accept-recommended-btn-handler')) decide(optional);
      if (button.matches('#onetrust-reject-all-handler, .ot-pc-refuse-all-handler')) decide([]);
      if (button.matches('#onetrust-pc-btn-handler')) preferences();
      if (button.matches('.save-preference-btn-handler')) {
        decide([...root.querySelectorAll('.category-switch-handler:checked')].map((box) => box.dataset.optanongroupid));
      }
    });
    show('#onetrust-banner-sdk', !answered());
  }

  window.OneTrust = window.Optanon = {
    AllowAll: () => decide(optional),
    RejectAll: () => decide([]),
    Close: hide,
    ToggleInfoDisplay: preferences,
    IsAlertBoxClosed: answered,
    IsAlertBoxClosedAndValid: answered,
    OnConsentChanged: (listener) => listeners.push(listener),
    GetDomainData: () => ({ Groups: Object.entries(names).map(([OptanonGroupId, GroupName]) => ({ OptanonGroupId, GroupName })) }),
  };
  save();
  const begin = () => { build(); publish(false); };
  if (document.body) begin(); else addEventListener('DOMContentLoaded', begin);
})();
