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
