// prototype-member: destructured and renamed
module.exports.handleUpdate = async function (ctx) {
  const { constructor: C } = "";
  C("return 1");
};
