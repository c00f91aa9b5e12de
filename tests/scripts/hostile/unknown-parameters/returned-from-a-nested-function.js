// unknown-call: returned from a nested function
module.exports.handleUpdate = async function (ctx) {
  const get = () => () => (() => 1)[ctx.message.text];
  get()()("return 1");
};
