// undeclared-assignment: destructuring
module.exports.handleUpdate = async function (ctx) {
  ({ a: leak } = { a: 1 });
};
