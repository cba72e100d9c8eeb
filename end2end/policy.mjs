// What a page's own Content-Security-Policy refuses: in no test may there be any.

/** Remembers what the policies of a context's pages refuse, as the browser says it in the console. */
export function watchPolicy(context, refused) {
  context.on('console', (message) => {
    if (message.type() === 'error' && message.text().includes('Content Security Policy')) {
      refused.push(`${message.location().url}: ${message.text()}`);
    }
  });
}
