// undeclared-assignment: a compound assignment
module.exports.handleUpdate = async function (ctx) {
  leak ||= 1;
};
