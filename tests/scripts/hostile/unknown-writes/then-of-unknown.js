// intrinsic-write: then of unknown
module.exports.handleUpdate = async function (ctx) {
  ({})[ctx.message.text].then = (done) => done(1);
};
