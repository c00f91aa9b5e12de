// unknown-call: a replaced string
module.exports.handleUpdate = async function (ctx) {
  (() => 1)["cons-tructor".replace("-", "")]("return 1")();
};
