// function-constructor: in an array
module.exports.handleUpdate = async function (ctx) {
  const [F] = [Function];
  F("return 1")();
};
