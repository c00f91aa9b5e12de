// free-name: structuredClone
module.exports.handleUpdate = async function (ctx) {
  const x = structuredClone;
};
