// intrinsic-member: an unknown one
module.exports.handleUpdate = async function (ctx) {
  Object.observe({});
};
