// prototype-member: by a computed string
module.exports.handleUpdate = async function (ctx) {
  const { ["con" + "structor"]: C } = "";
};
