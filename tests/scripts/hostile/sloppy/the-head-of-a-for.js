// undeclared-assignment: the head of a for
module.exports.handleUpdate = async function (ctx) {
  for (leak of [1, 2]) { }
};
