// unknown-call: taking apart asks the iterator
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const list = [1];
  list[Symbol.iterator] = function* () { yield unknown; };
  const [f] = list;
  f("return 1");
};
