// shape: not async
module.exports.handleUpdate = function (ctx) { };
