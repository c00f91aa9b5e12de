// TypeScript-compiled style and old-style

var Texts = { en: { menu: "Menu", price: "Price" }, ru: { menu: "Меню", price: "Цена" } };
var MENU = [{ id: "m", title: "Margherita", price: 8.5 }, { id: "s", title: "Salami", price: 9.5 }];
function t(locale, key) { var table = Texts[locale] || Texts.en; return Object.hasOwn(table, key) ? table[key] : key; }
module.exports.handleUpdate = async function (ctx) { await ctx.sendMessage(t(ctx.locale, "menu")); };
