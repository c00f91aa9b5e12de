// free-name: Symbol by an unknown key
module.exports.handleUpdate = async function (ctx) {
  const s = Symbol[ctx.message.text];
};
