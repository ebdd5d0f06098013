// The page as it stands: markup (open shadow roots inlined), visible text, title.
(() => {
  const LIMIT = 6_000_000;
  const shadow = [];
  const walk = (root, depth) => {
    if (depth > 8) return;
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot && shadow.length < 200) {
        shadow.push(element.shadowRoot.innerHTML);
        walk(element.shadowRoot, depth + 1);
      }
    }
  };
  const root = document.documentElement;
  if (root) walk(document, 0);
  const markup = (root ? root.outerHTML : "").slice(0, LIMIT);
  return {
    base: String(document.baseURI),
    title: String(document.title).slice(0, 2000),
    html: markup + shadow.join("\n").slice(0, LIMIT - markup.length),
    text: document.body ? String(document.body.innerText).slice(0, 400_000) : "",
  };
})()
