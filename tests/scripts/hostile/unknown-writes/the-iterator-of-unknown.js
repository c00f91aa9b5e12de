// intrinsic-write: the iterator of unknown
module.exports.handleUpdate = async function (ctx) {
  [][ctx.message.text][Symbol.iterator] = function* () { yield 1; };
};
