// unknown-call: a reversed string
module.exports.handleUpdate = async function (ctx) {
  (() => 1)["rotcurtsnoc".split("").reverse().join("")]("return 1")();
};
