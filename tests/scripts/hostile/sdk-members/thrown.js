// sdk-member: thrown
module.exports.handleUpdate = async function (ctx) {
  try { throw ctx; } catch (c) { c.reply("x"); }
};
