// function-constructor: Function without new
module.exports.handleUpdate = async function (ctx) {
  const f = Function("return 1");
  f();
};
