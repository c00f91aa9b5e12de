// shape: a handler that is assigned again
let f = async (ctx) => {};
f = async (ctx) => {};
module.exports.handleUpdate = f;
