// prototype-member: in the head of a for
module.exports.handleUpdate = async function (ctx) {
  for (const { constructor: C } of [""]) { }
};
