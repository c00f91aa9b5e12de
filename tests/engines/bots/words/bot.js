// The language: regular expressions, Unicode, sorting, numbers, generators, tagged templates, labels, errors.
const vowels = /[aeiouäöü]/giu;
const word = /(?<first>\p{Lu})(?<rest>\p{Ll}+)/u;

function* fibonacci() {
  let [a, b] = [0n, 1n];
  for (;;) {
    yield a;
    [a, b] = [b, a + b];
  }
}

const loud = (strings, ...values) => strings.raw.map((text, i) => text.toUpperCase() + (values[i] ?? '')).join('');

const tricks = {
  regex: (t) => [t.match(vowels)?.length, word.exec(t)?.groups.rest, t.replace(/(?<=\s)(\w)/g, (m) => m.toUpperCase()), [...t.matchAll(/\b\w/g)].map((m) => m.index).join()],
  unicode: (t) => [[...t].length, t.length, t.normalize('NFD').length, t.toLocaleUpperCase(), encodeURIComponent(t), [...t].reverse().join(''), t.at(-1), t.codePointAt(0)],
  sort: (t) => [t.split(' ').sort().join(), t.split(' ').sort((a, b) => a.length - b.length).join(), [3, 20, 100].sort().join(), t.split(' ').toSorted().toReversed().join()],
  numbers: () => [(0.1 + 0.2).toString(), (1e21).toString(), (123.456).toFixed(1), (255).toString(16), (0.000001234).toPrecision(3), Number('0x1f'), parseInt('12px'), 5 % -3, -7 / 2 | 0, 2 ** -1074, Math.round(-0.5), Math.hypot(3, 4), (1234.5).toExponential(2), 0.1 * 3, Number.MAX_SAFE_INTEGER + 2],
  big: () => [...take(fibonacci(), 90)].slice(-1).map(String),
  label: () => { const out = []; outer: for (const x of [1, 2, 3]) { for (const y of [1, 2, 3]) { if (y > x) continue outer; if (x === 3) break outer; out.push(x * y); } } return out; },
  raw: (t) => [loud`he said ${t}\n`],
  errors: () => { try { null.x; } catch (e) { return [e.name, e instanceof TypeError, e.message.length > 0]; } finally { /* nothing */ } },
  json: (t) => [JSON.stringify({ t, u: undefined, d: new Date(0), n: NaN, nested: [[{}]] }), JSON.stringify(JSON.parse('{"b":1,"a":[1e3,"\\u00e9"]}'), null, 1)],
  group: (t) => [[...new Map([...t].map((c, i) => [c, i]))].join("|"), JSON.stringify(Object.fromEntries([...t].map((c, i) => [c, i]))), [1, 2, 3].with(1, 9).join()],
  spread: () => { const { a, ...rest } = { a: 1, b: 2, get c() { return 3; } }; return [a, JSON.stringify(rest), Math.max(...[1, 5, 2]), [[1, [2, [3]]]].flat(Infinity).join()]; },
};

function* take(source, count) {
  for (const value of source) {
    if (count-- <= 0) return;
    yield value;
  }
}

module.exports.handleUpdate = async function (ctx) {
  const [name, ...rest] = (ctx.message.text || '').split(' ');
  const trick = tricks[name];
  if (!trick) return;
  for await (const part of trick(rest.join(' '))) await ctx.sendMessage(String(part));
};
