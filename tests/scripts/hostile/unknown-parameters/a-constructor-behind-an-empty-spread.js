// unknown-call: a spread without items
module.exports.handleUpdate = async function (ctx) {
  const unknown = (() => 1)[ctx.message.text];
  class Run { constructor(f) { f("return 1"); } }
  new Run(...[], unknown);
};
