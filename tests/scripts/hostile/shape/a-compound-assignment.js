// shape: a compound assignment
module.exports.handleUpdate ||= async (ctx) => {};
