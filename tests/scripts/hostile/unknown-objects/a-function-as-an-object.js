// unknown-call: a function as an object
module.exports.handleUpdate = async function (ctx) {
  const f = () => 1;
  f.run = (() => 1)[ctx.message.text];
  f.run("return 1");
};
