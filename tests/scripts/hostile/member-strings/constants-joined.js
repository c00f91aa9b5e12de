// prototype-member: constants joined
module.exports.handleUpdate = async function (ctx) {
  const a = "con";
  const b = a + "structor";
  ""[b];
};
