// unknown-call: an unknown template
module.exports.handleUpdate = async function (ctx) {
  (() => 1)[`con${"struct".toLowerCase()}or`]("return 1")();
};
