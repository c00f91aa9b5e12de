// free-name: Symbol species
module.exports.handleUpdate = async function (ctx) {
  const s = Symbol.species;
};
