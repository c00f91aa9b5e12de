const WORD = /[\p{L}\p{N}']+/gu;
const STOP = new Set(["the", "a", "and", "or", "of"]);

function frequencies(text) {
  const counts = {};
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    if (STOP.has(word)) continue;
    counts[word] = (counts[word] || 0) + 1;
  }
  return counts;
}

const escapeHtml = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const capitalize = ([first = "", ...rest]) => first.toUpperCase() + rest.join("");
const camel = (text) => text.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

function wrap(text, width) {
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    if ((line + word).length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += `${word} `;
  }
  if (line) lines.push(line.trimEnd());
  return lines;
}

module.exports.handleUpdate = async ({ message: { text = "" }, sendMessage }) => {
  const counts = frequencies(text);
  const top = Object.entries(counts).sort(([, a], [, b]) => b - a).slice(0, 5);
  const { length } = text;
  await sendMessage(
    [`${length} characters`, ...top.map(([word, n]) => `${capitalize(word)}: ${n}`), escapeHtml(camel("a-b-c")), ...wrap(text, 40)].join("\n"),
  );
};
