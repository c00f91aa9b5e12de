// eval: as a callback
module.exports.handleUpdate = async function (ctx) {
  [ctx.message.text].map(eval);
};
