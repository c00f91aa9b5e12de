// unknown-call: a field by an unknown computed key
module.exports.handleUpdate = async function (ctx) {
  class Box { [ctx.message.text] = (() => 1)[ctx.message.text]; }
  new Box().run("return 1");
};
