// Local, session and IndexedDB storage of one frame. A frame without an origin has none.
(async () => {
  const KEYS = 500;
  const short = (value) => {
    try {
      return (typeof value === "string" ? value : JSON.stringify(value) ?? "").slice(0, 4096);
    } catch {
      return "";
    }
  };
  const items = [];
  const area = (name, get) => {
    try {
      const storage = get();
      for (let n = 0; n < Math.min(storage.length, KEYS); n++) {
        const key = storage.key(n);
        items.push([name, key.slice(0, 1024), short(storage.getItem(key))]);
      }
    } catch {}
  };
  area("local", () => localStorage);
  area("session", () => sessionStorage);

  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = request.onblocked = () => failed(request.error);
    });
  const database = async (name) => {
    const db = await asked(indexedDB.open(name));
    try {
      for (const store of [...db.objectStoreNames].slice(0, 20)) {
        const objects = db.transaction(store, "readonly").objectStore(store);
        const [keys, values] = await Promise.all([
          asked(objects.getAllKeys(null, 50)),
          asked(objects.getAll(null, 50)),
        ]);
        keys.forEach((key, n) =>
          items.push(["indexed-db", `${name}/${store}/${short(key)}`.slice(0, 1024), short(values[n])]),
        );
      }
    } finally {
      db.close();
    }
  };
  const patience = new Promise((done) => setTimeout(done, 2000));
  const all = async () => {
    try {
      for (const { name } of (await indexedDB.databases()).slice(0, 10)) await database(name);
    } catch {}
  };
  await Promise.race([all(), patience]);
  return { origin: String(self.origin), items: items.slice(0, 2000) };
})()
