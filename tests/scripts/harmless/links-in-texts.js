const LINKS = {
  docs: "https://docs.example.net/start",
  site: "http://www.example.net/",
};

module.exports.handleUpdate = async (ctx) => {
  const name = (ctx.message.text || "").slice(1);
  const link = LINKS[name];
  await ctx.sendMessage(link ? `Read ${link}` : "See https://help.example.net/ and http://example.net.");
};
