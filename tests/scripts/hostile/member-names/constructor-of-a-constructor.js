// prototype-member: constructor of a constructor
module.exports.handleUpdate = async function (ctx) {
  "".constructor.constructor("return 1")();
};
