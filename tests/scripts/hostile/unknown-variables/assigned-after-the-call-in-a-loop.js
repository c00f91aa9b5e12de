// unknown-call: assigned after the call in a loop
module.exports.handleUpdate = async function (ctx) {
  let f = () => 1;
  for (const i of [1, 2]) { f(String(i)); f = (() => 1)[ctx.message.text]; }
};
