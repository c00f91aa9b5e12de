// A bot with two commands.
const TEXTS = Object.freeze({
  en: Object.freeze({ start: "Welcome!", help: "Send /start to begin.", unknown: "I did not understand." }),
  ru: Object.freeze({ start: "Добро пожаловать!", help: "Отправьте /start.", unknown: "Я не понял." }),
});

function t(locale, key) {
  const table = TEXTS[locale] || TEXTS.en;
  return table[key] || TEXTS.en[key] || key;
}

module.exports.handleUpdate = async (ctx) => {
  const { message, locale, sendMessage } = ctx;
  const text = (message.text || "").trim();
  switch (text.split(/\s+/)[0].toLowerCase()) {
    case "/start":
      await sendMessage({ text: t(locale, "start"), keyboard: [["Help"]] });
      break;
    case "/help":
    case "help":
      await sendMessage(t(locale, "help"));
      break;
    default:
      await sendMessage(t(locale, "unknown"));
  }
};
