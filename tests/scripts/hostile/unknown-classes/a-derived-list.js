// unknown-call: a derived list
module.exports.handleUpdate = async function (ctx) {
  class Box extends Array {}
  const box = new Box();
  box.push((() => 1)[ctx.message.text]);
  box[0]("return 1");
};
