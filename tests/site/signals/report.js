// What one frame or worker says of itself, told to the server: `seen('name')`.
const LAB = 'http://signals.localhost:HTTP_PORT';

function seen(where, scope = globalThis) {
  const { navigator, Intl } = scope;
  const zone = Intl.DateTimeFormat().resolvedOptions();
  const date = new scope.Date(2026, 0, 15, 12);
  const agent = navigator.userAgentData;
  const told = {
    where,
    gpc: navigator.globalPrivacyControl,
    language: navigator.language,
    languages: navigator.languages,
    locale: zone.locale,
    zone: zone.timeZone,
    offset: date.getTimezoneOffset(),
    agent: navigator.userAgent,
    platform: navigator.platform,
    mobile: agent && agent.mobile,
    system: agent && agent.platform,
    brands: agent && agent.brands.map(brand => brand.brand + ' ' + brand.version).join(),
  };
  const query = new URLSearchParams(Object.entries(told).map(([key, value]) => [key, String(value)]));
  return fetch(LAB + '/seen?' + query, { mode: 'no-cors' });
}
