// prototype-member: in an assignment by shorthand
module.exports.handleUpdate = async function (ctx) {
  let constructor;
  ({ constructor } = "");
};
