// prototype-member: by a string
module.exports.handleUpdate = async function (ctx) {
  const { "constructor": C } = "";
};
