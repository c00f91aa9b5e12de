// prototype-member: proto
module.exports.handleUpdate = async function (ctx) {
  ({}).__proto__;
};
