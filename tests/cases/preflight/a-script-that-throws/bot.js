const texts = { en: { which: "Which tea?", thanks: "Thank you." } };

module.exports.handleUpdate = async function (ctx) {
  const text = ctx.message.text;
  if (text === undefined) {
    return;
  }
  await ctx.sendMessage(texts.fr.which);
};
