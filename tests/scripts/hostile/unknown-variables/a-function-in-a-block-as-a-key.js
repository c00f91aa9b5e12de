// node-kind: the constant is none
module.exports.handleUpdate = async function (ctx) {
  var k = "name";
  { function k() {} }
  const o = { name: () => 0 };
  o[k]("return 1");
};
