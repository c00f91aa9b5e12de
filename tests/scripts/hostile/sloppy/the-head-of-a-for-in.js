// undeclared-assignment: the head of a for in
module.exports.handleUpdate = async function (ctx) {
  for (leak in { a: 1 }) { }
};
