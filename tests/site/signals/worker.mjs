// A module worker; a classic script's function is no module's, so its text is evaluated.
fetch('/report.js').then(answer => answer.text()).then(text => {
  const seen = new Function(text + '; return seen;')();
  seen(new URL(import.meta.url).search.slice(1));
});
