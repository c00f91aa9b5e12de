// eval: as a tag
module.exports.handleUpdate = async function (ctx) {
  eval`1`;
};
