// unknown-call: an AggregateError holds what was rejected
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  const reject = () => Promise.reject({ f: unknown });
  try {
    await Promise.any([reject()]);
  } catch (e) {
    e.errors[0].f("return 1");
  }
};
