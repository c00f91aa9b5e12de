// function-constructor: new Function
module.exports.handleUpdate = async function (ctx) {
  const f = new Function("return 1");
  f();
};
