// Called on a button: is it shown, where does it lead, and what is the banner around it?
// Walks up through shadow roots, closed ones too: a node in one knows its host.
function ({ popups, topics }) {
    const button = this.nodeType === 1 ? this : this.parentElement;
    if (!button) return null;
    const roots = new Map();
    const parent = node => {
        if (node.assignedSlot) return node.assignedSlot;
        const above = node.parentNode;
        if (above?.nodeType === 11 && above.host) { roots.set(above.host, above); return above.host; }
        return above?.nodeType === 1 ? above : null;
    };
    const chain = [];
    for (let node = button; node && chain.length < 80; node = parent(node)) chain.push(node);

    const readable = (top, most) => {
        let text = '', left = 4000;
        const walk = node => {
            if (text.length >= most || left-- < 0) return;
            if (node.nodeType === 3) { text += node.data.replace(/\s+/g, ' '); return; }
            if (node.nodeType !== 1 && node.nodeType !== 11) return;
            if (node.nodeType === 1) {
                if (/^(script|style|noscript|template|iframe)$/i.test(node.localName)) return;
                if (!node.checkVisibility({ visibilityProperty: true }) && node.localName !== 'slot') return;
                text += ' ';
            }
            for (const child of (roots.get(node) ?? node.shadowRoot ?? node).childNodes) walk(child);
            if (roots.get(node) ?? node.shadowRoot) for (const child of node.childNodes) walk(child);
        };
        walk(top);
        return text.replace(/\s+/g, ' ').trim().slice(0, most);
    };
    const isAbout = text => { const low = text.toLowerCase(); return topics.some(topic => low.includes(topic)); };
    const fits = (element, selector) => { try { return element.matches(selector); } catch { return false; } };
    const hinted = element => /cookie|consent|gdpr|ccpa|privacy|dsgvo|rgpd|lgpd|cmp|banner|notice/i.test(
        [element.id, element.getAttribute('class'), element.getAttribute('aria-label'), element.localName].join(' ').slice(0, 2000));

    let best = null;
    const popupOf = element => popups.findIndex(selector => fits(element, selector));
    const rank = { flow: 0, frame: 0, floating: 1, dialog: 2, popup: 3 };
    for (const element of chain.slice(1)) {
        const isPage = element.localName === 'body' || element.localName === 'html';
        const inFrame = isPage && window !== window.top && !best;
        if (isPage && !inFrame) break;
        const style = getComputedStyle(element);
        const layered = style.position === 'absolute' && Number(style.zIndex) > 0;
        let kind = null;
        const popup = popupOf(element);
        if (popup >= 0) kind = 'popup';
        else if (element.localName === 'dialog' || /^(alert)?dialog$/.test(element.getAttribute('role') ?? '') || element.getAttribute('aria-modal') === 'true') kind = 'dialog';
        else if (style.position === 'fixed' || style.position === 'sticky' || layered || fits(element, ':popover-open')) kind = 'floating';
        else if (inFrame) kind = 'frame';
        else if (hinted(element)) kind = 'flow';
        if (!kind || (best && rank[best.kind] >= rank[kind])) continue;
        const text = readable(element, 8000);
        const long = kind === 'flow' ? 2500 : 8000;
        if (kind !== 'popup' && (text.length < 15 || text.length >= long || !isAbout(text))) continue;
        best = { kind, element, text, popup };
        if (kind === 'popup' || inFrame) break;
    }
    const range = document.createRange();
    range.selectNode(this);
    const box = this.nodeType === 1 ? this.getBoundingClientRect() : range.getBoundingClientRect();
    const link = button.closest('a[href]');
    let leaves = false;
    if (link && /^https?:$/.test(link.protocol)) {
        const same = link.origin === location.origin && link.pathname === location.pathname;
        leaves = !(same && (link.hash !== '' || link.getAttribute('href').startsWith('#') || link.search !== location.search || link.getAttribute('href') === ''));
    }
    const answer = {
        shown: button.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width >= 1 && box.height >= 1,
        leaves: leaves || link?.target === '_blank',
        isLink: !!link && button.getAttribute('role') !== 'button',
        cursor: getComputedStyle(button).cursor === 'pointer',
        disabled: button.disabled === true || button.getAttribute('aria-disabled') === 'true',
        checked: typeof button.checked === 'boolean' && /^(checkbox|radio)$/.test(button.type) ? button.checked : { true: true, false: false }[button.getAttribute('aria-checked') ?? button.getAttribute('aria-pressed')] ?? null,
        banner: null,
    };
    if (!best) return answer;
    // Backgrounds from an element outwards, to the first that nothing shows through.
    const backgrounds = from => {
        const pile = [];
        for (let node = from; node && pile.length < 20; node = parent(node)) {
            const style = getComputedStyle(node);
            if (style.backgroundImage !== 'none') { pile.push('picture'); break; }
            const opaque = /^rgb\(/.test(style.backgroundColor);
            if (style.backgroundColor !== 'rgba(0, 0, 0, 0)') pile.push(style.backgroundColor);
            if (opaque) break;
        }
        return pile;
    };
    const worded = (node, depth) => {
        for (const child of node.childNodes) {
            if (child.nodeType === 3 && child.data.trim() && depth < 8) return node;
            const inner = child.nodeType === 1 && depth < 8 && worded(child, depth + 1);
            if (inner) return inner;
        }
        return null;
    };
    const own = link ?? button.closest('button, [role=button]') ?? button;
    const text = worded(own, 0) ?? button;
    const drawn = getComputedStyle(own), letters = getComputedStyle(text), edge = own.getBoundingClientRect();
    answer.look = {
        color: letters.color, behindText: backgrounds(text), own: backgrounds(own),
        around: backgrounds(parent(own)),
        fontPx: parseFloat(letters.fontSize) || 0, fontWeight: Number(letters.fontWeight) || 400,
        bordered: ['Top', 'Bottom'].every(side => parseFloat(drawn[`border${side}Width`]) > 0
            && drawn[`border${side}Style`] !== 'none' && !/, 0\)$/.test(drawn[`border${side}Color`])),
        x: edge.x, y: edge.y, width: edge.width, height: edge.height,
    };
    globalThis.pixelwardenBanners ??= { next: 1, known: new WeakMap() };
    const seen = globalThis.pixelwardenBanners;
    if (!seen.known.has(best.element)) seen.known.set(best.element, seen.next++);
    const area = best.element.getBoundingClientRect();
    // Slid out of the window, as banners are that were answered.
    const layered = best.kind !== 'flow' && best.kind !== 'frame' && area.width > 0 && area.height > 0;
    if (layered && getComputedStyle(best.element).position === 'fixed'
        && (area.bottom <= 1 || area.right <= 1 || area.top >= innerHeight - 1 || area.left >= innerWidth - 1)) return answer;
    const inside = roots.get(best.element) ?? best.element.shadowRoot ?? best.element;
    answer.banner = {
        key: seen.known.get(best.element),
        kind: best.kind,
        popup: best.popup >= 0 ? best.popup : null,
        text: best.text.slice(0, 3000),
        fields: inside.querySelectorAll('input[type=email], input[type=password], input[type=tel], input[type=date]').length,
        x: area.x, y: area.y, width: area.width, height: area.height,
    };
    return answer;
}
