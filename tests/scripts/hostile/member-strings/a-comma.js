// prototype-member: a comma
module.exports.handleUpdate = async function (ctx) {
  ""[(0, "constructor")];
};
