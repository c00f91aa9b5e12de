// unknown-call: unknown as the iterator
module.exports.handleUpdate = async function (ctx) {
  const o = { [Symbol.iterator]: (() => 1)[ctx.message.text] };
  [...o];
};
