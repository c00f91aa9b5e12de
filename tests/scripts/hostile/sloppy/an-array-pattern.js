// undeclared-assignment: an array pattern
module.exports.handleUpdate = async function (ctx) {
  [leak] = [1];
};
