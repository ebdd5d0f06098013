// Called on an element: whether a click on its middle would hit plain text of the page,
// and nothing that floats above it.
function () {
    const box = this.getBoundingClientRect();
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    if (box.width < 1 || box.height < 1 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
    const hit = document.elementFromPoint(x, y);
    if (!hit || !this.contains(hit)) return false;
    if (hit.closest('a, button, input, select, textarea, label, summary, iframe, video, [onclick], [role=button], [role=link], [role=dialog], dialog, [tabindex]')) return false;
    for (let node = hit; node && node !== document.documentElement; node = node.parentElement) {
        const style = getComputedStyle(node);
        if (style.position === 'fixed' || style.position === 'sticky' || style.cursor === 'pointer') return false;
    }
    return true;
}
