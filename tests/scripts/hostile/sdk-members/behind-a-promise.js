// sdk-member: behind a promise
module.exports.handleUpdate = async function (ctx) {
  const c = await Promise.resolve(ctx);
  c.reply("x");
};
