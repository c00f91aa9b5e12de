// intrinsic-write: toString of unknown
module.exports.handleUpdate = async function (ctx) {
  ({})[ctx.message.text].toString = () => "x";
};
