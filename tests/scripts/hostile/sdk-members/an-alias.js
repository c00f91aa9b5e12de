// sdk-member: an alias
module.exports.handleUpdate = async function (ctx) {
  const c = ctx;
  await c.reply("x");
};
