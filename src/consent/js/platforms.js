// Which selectors are present, which banners are shown, and which hosts scripts and
// frames came from. Looks through open shadow roots.
({ present, popups, most }) => {
    const roots = [document];
    for (let at = 0; at < roots.length && roots.length < 200; at++) {
        for (const element of roots[at].querySelectorAll('*')) {
            if (element.shadowRoot) roots.push(element.shadowRoot);
        }
    }
    const matches = selector => {
        const found = [];
        for (const root of roots) {
            try { found.push(...root.querySelectorAll(selector)); } catch { return found; }
            if (found.length >= most) break;
        }
        return found.slice(0, most);
    };
    const drawn = element => {
        const box = element.getBoundingClientRect();
        if (box.width < 1 || box.height < 1) return false;
        const fixed = getComputedStyle(element).position === 'fixed';
        return !fixed || (box.bottom > 1 && box.top < innerHeight - 1 && box.right > 1 && box.left < innerWidth - 1);
    };
    const shown = element => {
        if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
        if (drawn(element)) return true;
        const inside = [...(element.shadowRoot ?? element).querySelectorAll('*')].slice(0, 60);
        return inside.some(e => drawn(e) && e.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
    };
    const hosts = new Set();
    const add = url => { try { hosts.add(new URL(url, location.href).host); } catch { /* not an address */ } };
    for (const element of [...document.querySelectorAll('script[src], iframe[src]')].slice(0, 400)) add(element.src);
    for (const entry of performance.getEntriesByType('resource').slice(0, 1000)) {
        if (entry.initiatorType === 'script' || entry.initiatorType === 'iframe') add(entry.name);
    }
    return {
        present: present.map(selector => matches(selector).length > 0),
        popups: popups.map(selector => matches(selector).some(shown)),
        hosts: [...hosts].slice(0, 400).map(host => host.slice(0, 255)),
    };
}
