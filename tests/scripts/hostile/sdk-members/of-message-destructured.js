// sdk-member: of message destructured
module.exports.handleUpdate = async function (ctx) {
  const { message: { from } } = ctx;
};
