// Resolves at the next change of the document, at most after `most` milliseconds.
({ most }) => new Promise(done => {
    const end = () => { observer.disconnect(); clearTimeout(timer); setTimeout(() => done(true), 20); };
    const observer = new MutationObserver(end);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const timer = setTimeout(end, most);
})
