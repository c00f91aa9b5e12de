const compose = (...fns) => (value) => fns.reduceRight((acc, fn) => fn(acc), value);
const trim = (text) => text.trim();
const lower = (text) => text.toLowerCase();
const words = (text) => text.split(/\s+/).filter(Boolean);
const curry = (fn) => (a) => (b) => fn(a, b);
const equals = (a) => curry((x, y) => x === y)(a);

const rules = [
  { test: (text) => equals("yes")(text), answer: () => "Great!" },
  { test: (text) => equals("no")(text), answer: () => "A pity." },
  { test: (text) => words(text).length > 5, answer: (text) => `That was ${words(text).length} words.` },
];

module.exports.handleUpdate = async ({ message, sendMessage }) => {
  const normalize = compose(lower, trim);
  const text = normalize(message.text || "");
  const rule = rules.find((candidate) => candidate.test(text));
  await sendMessage(rule ? rule.answer(text) : "Yes or no?");
};
