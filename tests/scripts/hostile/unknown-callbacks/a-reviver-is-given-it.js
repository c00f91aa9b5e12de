// unknown-call: a reviver is given it
module.exports.handleUpdate = async function (ctx) {
  JSON.parse("[1]", (key, value) => value("return 1"));
};
