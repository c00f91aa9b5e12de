// undeclared-assignment: assignment
module.exports.handleUpdate = async function (ctx) {
  leak = 1;
};
