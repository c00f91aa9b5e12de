// shape: a generator
module.exports.handleUpdate = async function* (ctx) { };
