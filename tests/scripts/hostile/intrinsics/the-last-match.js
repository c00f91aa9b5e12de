// intrinsic-member: the last match
module.exports.handleUpdate = async function (ctx) {
  RegExp.$1;
};
