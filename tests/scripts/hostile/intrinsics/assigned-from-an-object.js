// intrinsic-write: assigned from an object
module.exports.handleUpdate = async function (ctx) {
  Object.assign(Math, { max: 1 });
};
