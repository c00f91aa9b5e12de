// intrinsic-write: a static method
module.exports.handleUpdate = async function (ctx) {
  Array.isArray = () => true;
};
