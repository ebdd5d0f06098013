// Which of these dotted names exist in the page's own world. Elements with such an id
// are not variables.
names => names.map(name => {
    try {
        let value = globalThis;
        for (const part of name.split('.')) value = value?.[part];
        return value !== undefined && value !== null && value.nodeType === undefined;
    } catch { return false; }
})
