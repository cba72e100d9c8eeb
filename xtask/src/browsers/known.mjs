// Writes css.txt, beside this file: what of CSS the stated browsers know. Run by hand when they change:
//   npm install --no-save --prefix /tmp/compat @mdn/browser-compat-data
//   node xtask/src/browsers/known.mjs /tmp/compat/node_modules/@mdn/browser-compat-data/data.json 108 121 15.4
import { readFileSync, writeFileSync } from 'node:fs';

const [path, chrome, firefox, safari] = process.argv.slice(2);
const data = JSON.parse(readFileSync(path, 'utf8'));
const OLDEST = { chrome, firefox, safari };

function isNotNewer(version, oldest) {
  const parts = (text) => text.replace('≤', '').split('.').map(Number);
  const [[major, minor = 0], [most, least = 0]] = [parts(version), parts(oldest)];
  return major < most || (major === most && minor <= least);
}

function isThere(version, oldest) {
  return typeof version === 'string' && version !== 'preview' && isNotNewer(version, oldest);
}

/**
 * The names under which every stated browser knows it.
 *
 * @param {string} name
 * @param {{ support?: Record<string, any> }} compat
 */
function known(name, { support } = {}) {
  const names = Object.entries(OLDEST).map(([browser, oldest]) => {
    const entries = [support?.[browser] ?? []].flat();
    const usable = entries.filter(({ flags, version_added, version_removed }) =>
      !flags && isThere(version_added, oldest) && !isThere(version_removed, oldest));
    return usable.map(({ prefix, alternative_name }) => alternative_name ?? `${prefix ?? ''}${name}`);
  });
  return [...new Set(names.flat())].filter((each) => names.every((some) => some.includes(each)) || each.startsWith('-'));
}

const lines = new Set();
/** Prefixed names are written beside the plain ones; a sheet may have them as properties alone. */
const add = (kind, name) => (name.startsWith('-') && kind !== 'property') || name.startsWith(':') || lines.add(`${kind} ${name}`);
const isWord = (key) => /^-?[a-z][a-z0-9-]*$/.test(key);

for (const [name, rule] of Object.entries(data.css['at-rules'])) {
  for (const each of known(name, rule.__compat)) add('at-rule', each);
  // Its descriptors, such as those of a typeface; and the features of a media query.
  for (const [inside, each] of Object.entries(rule)) {
    if (!isWord(inside)) continue;
    for (const word of known(inside, each.__compat)) add(name === 'media' ? 'media' : 'property', word);
  }
}
for (const [name, selector] of Object.entries(data.css.selectors)) {
  if (!isWord(name)) continue;
  for (const each of known(name, selector.__compat)) add('selector', each);
}
const newer = new Set();
for (const [name, property] of Object.entries(data.css.properties)) {
  for (const each of known(name, property.__compat)) add('property', each);
  for (const [value, each] of Object.entries(property)) {
    if (!isWord(value) || !each.__compat) continue;
    if (known(value, each.__compat).includes(value)) continue;
    if (known(name, property.__compat).includes(name)) newer.add(`newer ${name} ${value}`);
  }
}
/** Functions and units, wherever they stand. */
(function walk(node, isUnit) {
  for (const [key, each] of Object.entries(node)) {
    if (key === '__compat' || typeof each !== 'object') continue;
    if (each.__compat && /^[a-zA-Z][a-zA-Z0-9-]*$/.test(key)) {
      const words = `${each.__compat.description ?? ''} ${each.__compat.mdn_url ?? ''}`;
      const isFunction = words.includes(`${key}()`) || /types\/(transform-function|gradient|basic-shape)/.test(words) || node === data.css.types;
      const kind = isUnit && key !== 'length' ? 'unit' : isFunction ? 'function' : undefined;
      if (kind) for (const name of known(key, each.__compat)) add(kind, name);
    }
    const viewport = key.match(/^viewport_percentage_units_(dynamic|large|small)$/);
    if (viewport && known(key, each.__compat).length) for (const side of ['w', 'h']) add('unit', `${viewport[1][0]}v${side}`);
    walk(each, isUnit || key === 'length');
  }
})({ types: data.css.types, properties: data.css.properties });

const head = `# What of CSS Chrome ${chrome}, Firefox ${firefox} and Safari ${safari} know, after MDN's browser-compat-data ${data.__meta.version};
# written by known.mjs. \`newer\` is a value of a known property that one of them does not know.
`;
writeFileSync(new URL('css.txt', import.meta.url), `${head}${[...[...lines].sort(), ...[...newer].sort()].join('\n')}\n`);
