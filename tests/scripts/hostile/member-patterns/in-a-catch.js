// prototype-member: in a catch
module.exports.handleUpdate = async function (ctx) {
  try { throw ""; } catch ({ constructor: C }) { }
};
