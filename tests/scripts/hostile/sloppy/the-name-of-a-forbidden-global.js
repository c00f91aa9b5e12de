// undeclared-assignment: the name of a forbidden global
module.exports.handleUpdate = async function (ctx) {
  process = 1;
};
