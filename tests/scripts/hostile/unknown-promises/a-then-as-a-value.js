// unknown-call: then is called on the promise through call
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const p = Promise.resolve(unknown);
  const then = p.then;
  then.call(p, (x) => x("return 1"));
};
