// shape: module exports replaced
module.exports.handleUpdate = async function (ctx) {
  module.exports = { handleUpdate: async (ctx) => {} };
};
