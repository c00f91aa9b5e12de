// sdk-member: through a default
module.exports.handleUpdate = async function (ctx) {
  const hello = (c = ctx) => c.reply("x");
  hello();
};
