// unknown-call: a closure
module.exports.handleUpdate = async function (ctx) {
  let f;
  const put = () => { f = (() => 1)[ctx.message.text]; };
  put();
  f("return 1");
};
