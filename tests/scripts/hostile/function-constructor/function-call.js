// function-constructor: Function call
module.exports.handleUpdate = async function (ctx) {
  Function.call(null, "return 1")();
};
