// with: with
module.exports.handleUpdate = async function (ctx) {
  with (ctx) { }
};
