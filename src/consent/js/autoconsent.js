// What rules of autoconsent's form ask of a page. `ask`: lists of conditions, each answered
// by whether all of it holds. `find`: a selector, answered by one CSS selector for each of
// its elements; they are kept under their place in the list, to tell them from others.
({ ask, find, most }) => {
    const below = (root, part) => {
        try {
            if (!part.startsWith('xpath/')) return [...root.querySelectorAll(part)];
            const result = document.evaluate(part.slice(6), root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
            return Array.from({ length: Math.min(result.snapshotLength, 500) }, (_, n) => result.snapshotItem(n));
        } catch { return []; }
    };
    const matches = chain => {
        let roots = [document];
        chain.forEach((part, at) => {
            const found = roots.flatMap(root => below(root, part)).filter(node => node.nodeType === 1).slice(0, 500);
            roots = at + 1 < chain.length ? found.map(element => element.shadowRoot ?? element) : found;
        });
        return roots;
    };
    const shown = element => {
        const box = element.getBoundingClientRect();
        return element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width >= 1 && box.height >= 1;
    };
    const all = list => list.every(holds);
    const holds = condition => {
        const [[kind, told]] = Object.entries(condition);
        switch (kind) {
            case 'exists': return matches(told).length > 0;
            case 'visible': {
                const seen = matches(told[0]).map(shown);
                if (told[1] === 'none') return !seen.includes(true);
                return told[1] === 'any' ? seen.includes(true) : seen.length > 0 && !seen.includes(false);
            }
            case 'cookie': try { return document.cookie.includes(told); } catch { return false; }
            case 'any': return told.some(holds);
            case 'all': return all(told);
            case 'not': return !holds(told);
            case 'if': return holds(told[0]) ? all(told[1]) : all(told[2]);
            default: return false;
        }
    };
    if (ask) return ask.map(all);
    const found = matches(find).slice(0, most);
    globalThis.pixelwardenFound = found;
    return found.map(element => {
        const steps = [];
        for (let node = element; node && steps.length < 200; node = node.parentElement) {
            let place = 1;
            for (let before = node; (before = before.previousElementSibling);) place++;
            steps.unshift(`:nth-child(${place})`);
        }
        return ':not(* > *)' + steps.join(' > ');
    });
}
