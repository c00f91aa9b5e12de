// syntax: static export
export const x = 1;
module.exports.handleUpdate = async (ctx) => {};
