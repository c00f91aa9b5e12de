// unknown-call: bind of a method of lists
module.exports.handleUpdate = async function (ctx) {
  const each = [].forEach.bind(["return 1"]);
  each((() => 1)[ctx.message.text]);
};
