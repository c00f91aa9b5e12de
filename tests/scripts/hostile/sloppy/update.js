// undeclared-assignment: update
module.exports.handleUpdate = async function (ctx) {
  leak++;
};
