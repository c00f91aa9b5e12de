// prototype-member: in an assignment
module.exports.handleUpdate = async function (ctx) {
  let C;
  ({ constructor: C } = "");
};
