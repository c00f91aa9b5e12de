// prototype-member: nested
module.exports.handleUpdate = async function (ctx) {
  const { a: { constructor: C } } = { a: "" };
};
