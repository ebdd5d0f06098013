// Sends a pixel when the site under test lets it, as the host's second label says:
// `right` asks for consent, `wrong` asks nobody, `ignores` takes any answer for a yes.
function gate(granted, decided) {
    const rule = { right: granted, wrong: () => true, ignores: decided }[location.hostname.split('.')[1]];
    const allowed = () => { try { return Boolean(rule()); } catch { return false; } };
    const fire = () => {
        if (!allowed()) return;
        clearInterval(timer);
        new Image().src = `/pixel?page=${encodeURIComponent(location.pathname)}`;
    };
    const timer = setInterval(fire, 50);
    fire();
}
