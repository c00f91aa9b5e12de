// shape: a conditional handler
module.exports.handleUpdate = true ? async (ctx) => {} : null;
