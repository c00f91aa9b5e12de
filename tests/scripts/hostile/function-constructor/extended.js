// function-constructor: extended
module.exports.handleUpdate = async function (ctx) {
  class Code extends Function {}
  new Code("return 1")();
};
