// unknown-call: a string built at run time
module.exports.handleUpdate = async function (ctx) {
  (() => 1)[["con", "structor"].join("")]("return 1")();
};
