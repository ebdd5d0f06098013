// Called on an element: resolves once it has stopped moving, at most after 1.5 s.
async function () {
    const element = this.nodeType === 1 ? this : this.parentElement;
    let last = '';
    for (let n = 0; n < 30; n++) {
        const box = element.getBoundingClientRect();
        const now = [box.x, box.y, box.width, box.height].join();
        if (now === last) return true;
        last = now;
        await new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 50); });
    }
    return false;
}
