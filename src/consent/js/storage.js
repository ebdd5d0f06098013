// Everything in the frame's local and session storage, within bounds.
() => {
    const rows = [];
    for (const area of ['local', 'session']) {
        try {
            const store = globalThis[area + 'Storage'];
            for (let n = 0; n < Math.min(store.length, 300); n++) {
                const key = store.key(n);
                const value = store.getItem(key) ?? '';
                if (key.length <= 200 && value.length <= 16384) rows.push([area, key, value]);
            }
        } catch { /* a frame without storage */ }
    }
    return { origin: location.origin, rows };
}
