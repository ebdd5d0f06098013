// What the page's standard interfaces say of consent. Each answer is bounded; an
// interface that never calls back is given up after `most` milliseconds.
async ({ most }) => {
    const ask = call => new Promise(done => {
        const timer = setTimeout(() => done(null), most);
        const end = value => { clearTimeout(timer); done(value ?? null); };
        try { call(end); } catch { end(null); }
    });
    const flags = object => {
        const out = {};
        for (const [name, flag] of Object.entries(object ?? {}).slice(0, 100)) {
            if (typeof flag === 'boolean') out[name] = flag;
        }
        return out;
    };
    const text = (value, size) => typeof value === 'string' ? value.slice(0, size) : null;
    const tcf = typeof __tcfapi === 'function' ? await ask(end => {
        const take = (data, ok) => end(ok === false || !data ? null : {
            status: text(data.eventStatus, 40),
            string: text(data.tcString, 8000),
            applies: typeof data.gdprApplies === 'boolean' ? data.gdprApplies : null,
            purposes: flags(data.purpose?.consents),
        });
        let first = true;
        __tcfapi('addEventListener', 2, (data, ok) => {
            if (!first) return;
            first = false;
            take(data, ok);
            try { __tcfapi('removeEventListener', 2, () => {}, data?.listenerId); } catch { /* optional */ }
        });
    }) : null;
    const gpp = typeof __gpp === 'function' ? await ask(end => {
        const now = __gpp('ping', ping => end(ping && { string: text(ping.gppString, 8000), sections: ping.parsedSections }));
        if (now?.gppString) end({ string: text(now.gppString, 8000), sections: now.parsedSections });
    }) : null;
    const usp = typeof __uspapi === 'function' ? await ask(end => __uspapi('getUSPData', 1, data => end(text(data?.uspString, 40)))) : null;
    const google = {};
    try {
        for (const [name, entry] of Object.entries(google_tag_data?.ics?.entries ?? {}).slice(0, 40)) {
            const flag = entry?.update ?? entry?.default;
            if (typeof flag === 'boolean') google[name] = { granted: flag, updated: typeof entry.update === 'boolean' };
        }
    } catch { /* no Google tag */ }
    const updates = [];
    try {
        for (const entry of [...(globalThis.dataLayer ?? [])].slice(-300)) {
            if (entry?.[0] !== 'consent' || entry?.[1] !== 'update') continue;
            const states = {};
            for (const [name, state] of Object.entries(entry[2] ?? {}).slice(0, 40)) {
                if (state === 'granted' || state === 'denied') states[name] = state === 'granted';
            }
            updates.push(states);
        }
    } catch { /* not a list */ }
    let sections = null;
    try { sections = JSON.parse(JSON.stringify(gpp?.sections ?? null).slice(0, 20000)); } catch { /* too long */ }
    return { tcf, gpp: gpp && { string: gpp.string, sections }, usp, google, updates: updates.slice(-20) };
}
