const PLURALS = {
  en: (n) => (n === 1 ? 0 : 1),
  ru: (n) => (n % 10 === 1 && n % 100 !== 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 10 || n % 100 >= 20) ? 1 : 2),
};
const FORMS = { en: ["item", "items"], ru: ["товар", "товара", "товаров"] };

function plural(locale, n) {
  if (locale === "ru") return FORMS.ru[PLURALS.ru(n)];
  return FORMS.en[PLURALS.en(n)];
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));

module.exports.handleUpdate = async (ctx) => {
  const n = Number.parseInt(ctx.message.text ?? "0", 10) || 0;
  await ctx.sendMessage(fill("{n} {items}", { n, items: plural(ctx.locale, n) }));
};
