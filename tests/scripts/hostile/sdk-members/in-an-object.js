// sdk-member: in an object
module.exports.handleUpdate = async function (ctx) {
  const box = { c: ctx };
  box.c.reply("x");
};
