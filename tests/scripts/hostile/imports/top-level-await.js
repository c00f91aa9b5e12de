// syntax: top level await
await 1;
module.exports.handleUpdate = async (ctx) => {};
