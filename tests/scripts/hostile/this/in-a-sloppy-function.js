// this: in a sloppy function
module.exports.handleUpdate = async function (ctx) {
  function leak() { return this; }
  leak().eval;
};
