// What a tablet's disk holds, asked from within the page.

/** Waits until a drawer of the disk holds a text under a key. Runs in the page. */
export async function keeps([drawer, key, text]) {
  for (;;) {
    const kept = await new Promise((done) => {
      const opening = indexedDB.open('borsklokka/drammen');
      opening.onsuccess = () => {
        const asked = opening.result.transaction(drawer).objectStore(drawer).get(key);
        asked.onsuccess = () => {
          opening.result.close();
          done(asked.result);
        };
      };
    });
    if (kept?.includes(text)) return;
    await new Promise((frame) => requestAnimationFrame(frame));
  }
}

/** Everything that the browser keeps of the page, as one text: every drawer of every database, and what is beside them. Runs in the page. */
export async function everythingKept() {
  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  const readable = (_, value) =>
    ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const drawer of database.objectStoreNames) {
      const store = database.transaction(drawer).objectStore(drawer);
      const [keys, values] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
      // A text is taken as it is: within another it would be written with escapes.
      kept.push(drawer, JSON.stringify(keys), ...values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value, readable))));
    }
    database.close();
  }
  return kept.join('\n');
}
