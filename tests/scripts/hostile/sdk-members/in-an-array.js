// sdk-member: in an array
module.exports.handleUpdate = async function (ctx) {
  const [c] = [ctx];
  c.reply("x");
};
