// Resolves at the next change of the document, at most after `most` milliseconds; says
// whether there was one.
({ most }) => new Promise(done => {
    const end = changed => { observer.disconnect(); clearTimeout(timer); setTimeout(() => done(changed), 20); };
    const observer = new MutationObserver(() => end(true));
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const timer = setTimeout(() => end(false), most);
})
