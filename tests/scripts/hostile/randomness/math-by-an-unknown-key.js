// unknown-call: Math by an unknown key
module.exports.handleUpdate = async function (ctx) {
  Math[ctx.message.text]();
};
